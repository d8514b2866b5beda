#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/codegen/generated_file.h"
#include "engine/codegen/generator.h"
#include "engine/perfect_hash/key_set.h"
#include "engine/perfect_hash/table.h"

namespace perfecthash {

// A key set with its table.
struct SolvedTable {
  KeySet keys;
  Table table;
};

// Solves with the named function ("Auto": any), doubling the vertices if it
// must; aborts when there is no solution.
SolvedTable Solve(const std::vector<std::uint64_t>& keys, KeyWidth width,
                  const std::string& function);
SolvedTable Solve(const std::vector<std::uint64_t>& keys,
                  const std::string& function = "Auto");

// `count` distinct keys below `limit`, ascending, the same in every run.
std::vector<std::uint64_t> RandomKeys(std::size_t count, std::uint64_t limit);

// The bytes of a key file.
std::vector<std::uint8_t> KeyFileBytes(const std::vector<std::uint64_t>& keys,
                                       KeyWidth width);

// All bytes of a file, pulled `chunk_bytes` at a time.
std::string Pull(GeneratedFile& file, std::size_t chunk_bytes = 65536);
// Of the file with this name; aborts when there is none.
std::string Pull(GeneratedTable& generated, std::string_view filename);

// A new directory, removed with all it holds at the end of the scope.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }
  // Returns the path of the written file.
  std::string Write(std::string_view filename, std::string_view bytes) const;
  void Write(GeneratedTable& generated) const;

 private:
  std::string path_;
};

}  // namespace perfecthash
