#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/sha256.h"
#include "engine/perfect_hash/table.h"

namespace perfecthash {

// What the texts of a table's C files depend on, besides its numbers: the table
// as C sees it. Immutable after construction.
class CTable {
 public:
  // `name` is a C identifier; `digest` that of the table file.
  CTable(const std::string& name, const TableParameters& parameters,
         const Sha256Digest& digest);

  // `text` with what depends on the table put in place of @NAME@, @KEY@ and
  // the like. There is no other '@' in it.
  std::string FillIn(std::string_view text) const;

 private:
  const std::string& ValueOf(std::string_view variable) const;

  std::vector<std::pair<std::string_view, std::string>> substitutions_;
};

// A file that has numbers in its middle.
struct CFrame {
  std::string before;
  std::string after;
};

}  // namespace perfecthash
