#include "cli/file_target.h"

#include <filesystem>
#include <system_error>

#include "cli/exit_code.h"
#include "engine/base/os_error.h"
#include "engine/base/utf8.h"

namespace perfecthash {
namespace {

namespace fs = std::filesystem;

// What is open already, whatever kind of file it is: who names it wants the
// bytes to go there, not a new file under its name.
bool IsOpenFile(const fs::path& path) {
  const std::string text = path.lexically_normal().generic_string();
  return text.starts_with("/dev/fd/") || text.starts_with("/proc/");
}

absl::Status NotAPlace(const std::string& path, const std::string& why) {
  return Failure(ExitCode::kUsage, Utf8OrEscaped(path) + " " + why +
                                       "; name a file to write, which appears "
                                       "whole or not at all");
}

}  // namespace

absl::StatusOr<std::string> ResolveFileTarget(const std::string& path) {
  constexpr int kLinksMax = 40;  // as the kernel
  std::error_code error;
  fs::path place(path);
  for (int links = 0; fs::is_symlink(fs::symlink_status(place, error));) {
    if (++links > kLinksMax) return NotAPlace(path, "links to itself");
    const fs::path target = fs::read_symlink(place, error);
    if (error) return OsErrorToStatus(error.value(), "read the link " + path);
    // The directory is resolved as it is on the disk: ".." of a link to a
    // directory is not the one that the name shows.
    place = place.parent_path() / target;
    if (IsOpenFile(place)) break;
  }
  const fs::file_type type = fs::status(place, error).type();
  // What cannot be looked at cannot be written either, which says why.
  const bool is_free = type == fs::file_type::not_found ||
                       type == fs::file_type::none ||
                       type == fs::file_type::regular;
  if (!is_free || IsOpenFile(place)) {
    return NotAPlace(path, "is no regular file");
  }
  return place.string();
}

}  // namespace perfecthash
