#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/table_request.h"
#include "tests/support/simulated_file_system.h"

namespace perfecthash {

// What every seed chooses from: key sets, good and bad, and ways to make their
// tables. The bytes of the good ones are made once, without faults.
class SimulationCorpus {
 public:
  struct Set {
    std::string name;
    std::vector<std::uint8_t> bytes;
    bool valid = true;
  };

  static const SimulationCorpus& Get();

  const std::vector<Set>& sets() const { return sets_; }
  const std::vector<std::shared_ptr<const TableOptions>>& options() const {
    return options_;
  }
  std::string PathOf(const Set& set) const {
    return absl::StrCat("/keys/", set.name, ".keys");
  }
  void AddFilesTo(SimulatedFileSystem& files) const {
    for (const Set& set : sets_) {
      files.AddFile(PathOf(set),
                    std::string(set.bytes.begin(), set.bytes.end()));
    }
  }

  // By file name.
  using Files = std::map<std::string, std::string>;
  const Files& Expected(std::size_t set, std::size_t options) const {
    return expected_.at({set, options});
  }

 private:
  SimulationCorpus();

  void MakeExpected();

  std::vector<Set> sets_;
  std::vector<std::shared_ptr<const TableOptions>> options_;
  std::map<std::pair<std::size_t, std::size_t>, Files> expected_;
};

}  // namespace perfecthash
