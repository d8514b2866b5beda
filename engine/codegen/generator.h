#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "engine/base/sha256.h"
#include "engine/codegen/generated_file.h"
#include "engine/codegen/table_file.h"
#include "engine/perfect_hash/key_set.h"
#include "engine/perfect_hash/table.h"

namespace perfecthash {

// What to generate of a table.
struct GeneratorOptions {
  bool c = true;      // C sources; see ArtifactKind
  bool table = true;  // the binary table file
  // C sources with Index() alone: no values, no Lookup, Insert and Delete.
  bool index_only = false;
};

struct GeneratedTable {
  // SHA-256 of the binary table file, whether or not it is asked for. Equal
  // tables have equal digests, whatever they are called.
  Sha256Digest digest{};
  std::vector<GeneratedFile> files;
};

// The files of one table, to be put into a directory of its own: NAME.h,
// NAME.c, NAME_test.c (self-test and benchmark), CMakeLists.txt; NAME.pht.
// NAME is IdentifierFromFileName(name). `keys` are those that `table` was made
// from. Both must outlive the files, which read them while they are pulled.
// Pure: the same input gives the same bytes.
GeneratedTable Generate(const Table& table, const KeySet& keys,
                        std::string_view name, const GeneratorOptions& options);

// The same, when the frame is made already, which is what takes time.
struct FramedTable {
  const Table& table;
  const KeySet& keys;
  const TableFileFrame& frame;
};
GeneratedTable Generate(const FramedTable& framed, std::string_view name,
                        const GeneratorOptions& options);

}  // namespace perfecthash
