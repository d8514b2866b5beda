#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/base/unique_handle.h"

namespace perfecthash {

// The directory that holds everything the server stores. It is locked while the
// object lives, as two servers must not share one.
// Immutable after construction.
class DataDirectory {
 public:
  // Makes the directory when it is missing. FailedPrecondition DATA_DIR_IN_USE
  // when another process has it.
  static absl::StatusOr<DataDirectory> Open(const std::string& path);

  std::string key_sets_path() const { return path_ + "/key_sets"; }
  std::string artifacts_path() const { return path_ + "/artifacts"; }
  const std::string& path() const { return path_; }  // absolute

 private:
  DataDirectory(std::string path, UniqueHandle lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  UniqueHandle lock_;
};

}  // namespace perfecthash
