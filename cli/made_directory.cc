#include "cli/made_directory.h"

#include <system_error>
#include <utility>

#include "engine/base/os_error.h"

namespace perfecthash {

namespace fs = std::filesystem;

absl::StatusOr<std::unique_ptr<MadeDirectory>> MadeDirectory::Make(
    const std::string& path) {
  const auto failed = [&path](const std::error_code& error) {
    return OsErrorToStatus(error.value(), "make the directory " + path);
  };
  std::error_code error;
  fs::path whole = fs::absolute(path, error);
  // "link/../out" is beside what the link leads to.
  if (!error) whole = fs::weakly_canonical(whole, error);
  if (error) return failed(error);
  if (!whole.has_filename()) whole = whole.parent_path();  // "out/"
  fs::path existing = whole;
  while (!fs::exists(existing, error) && existing.has_relative_path()) {
    existing = existing.parent_path();
  }
  fs::create_directories(whole, error);
  if (error) return failed(error);
  return std::unique_ptr<MadeDirectory>(
      new MadeDirectory(std::move(whole), std::move(existing)));
}

MadeDirectory::~MadeDirectory() {
  std::error_code error;  // one that holds something cannot be removed
  for (fs::path path = path_; path != existing_ && fs::remove(path, error);) {
    path = path.parent_path();
  }
}

}  // namespace perfecthash
