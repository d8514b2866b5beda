#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace perfecthash {

// A tree of files in memory, to be written again: what a program takes for it
// that does nothing else. Immutable after construction.
class PlainFiles {
 public:
  static absl::StatusOr<PlainFiles> Read(const std::string& directory);

  // The same names and bytes, by plain system calls on `thread_count` threads:
  // each takes the next directory, makes it, and writes its files under
  // temporary names that are then renamed.
  absl::Status Write(const std::string& directory, int thread_count) const;

 private:
  struct File {
    std::string name;
    std::vector<std::uint8_t> bytes;
  };
  struct Directory {
    std::string name;
    std::vector<File> files;
  };

  absl::Status WriteDirectory(const std::string& root,
                              const Directory& directory) const;

  std::vector<Directory> directories_;
};

// Removes what is there, and waits until the system holds nothing back that it
// has to write, so that nobody pays for what another one wrote.
void ClearTree(const std::string& directory);

}  // namespace perfecthash
