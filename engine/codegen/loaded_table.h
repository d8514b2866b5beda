#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "engine/base/mapped_file.h"
#include "engine/base/sha256.h"
#include "engine/codegen/table_file.h"
#include "engine/perfect_hash/table.h"

namespace perfecthash {

// A table served straight from its mapped table file; move-only. Immutable
// after construction, and so used by any number of threads.
//
//   ASSIGN_OR_RETURN(LoadedTable table, LoadedTable::Open("words.pht"));
//   std::uint32_t index = table.Index(key);
class LoadedTable {
 public:
  // Maps and checks the whole file (see ParseTableFile); errors name the path.
  static absl::StatusOr<LoadedTable> Open(const std::string& path);

  // The rank of a key of the set; for any other key some number below
  // parameters().size.edge_count.
  std::uint32_t Index(std::uint64_t key) const {
    return LookUpIndex(view_.parameters, view_.assigned.data(), key);
  }

  // `attempt` is not in the file and is 0.
  const TableParameters& parameters() const { return view_.parameters; }
  // SHA-256 of the file.
  const Sha256Digest& digest() const { return view_.digest; }

 private:
  LoadedTable(MappedFile file, const TableFileView& view)
      : file_(std::move(file)), view_(view) {}

  MappedFile file_;
  TableFileView view_;
};

}  // namespace perfecthash
