#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace perfecthash {

// The directory that -O names. It is made before the work: better to fail then
// than after it. If nothing came into it, what was made goes again.
class MadeDirectory {
 public:
  static absl::StatusOr<std::unique_ptr<MadeDirectory>> Make(
      const std::string& path);

  ~MadeDirectory();
  MadeDirectory(const MadeDirectory&) = delete;
  MadeDirectory& operator=(const MadeDirectory&) = delete;

 private:
  MadeDirectory(std::filesystem::path path, std::filesystem::path existing)
      : path_(std::move(path)), existing_(std::move(existing)) {}

  const std::filesystem::path path_;
  const std::filesystem::path existing_;  // it, or what it was made in
};

}  // namespace perfecthash
