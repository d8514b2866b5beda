#include "service/files/allowed_directories.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/error_reason.h"
#include "engine/base/os_error.h"
#include "engine/base/status_macros.h"
#include "service/rpc/invalid_argument.h"
#include "service/rpc/rpc_status.h"

namespace perfecthash {
namespace {

namespace fs = std::filesystem;

constexpr char kKeysExtension[] = ".keys";

absl::Status ToStatus(const std::error_code& error, const std::string& doing) {
  return error ? OsErrorToStatus(error.value(), doing) : absl::OkStatus();
}

bool IsBelow(const fs::path& path, const fs::path& root) {
  const auto [root_end, ignored] =
      std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  return root_end == root.end();
}

// The path with every symbolic link resolved, as far as the path exists, and
// beyond: a link to nothing becomes what it names. Empty when that never ends.
fs::path ResolveLinks(fs::path path) {
  constexpr int kLinksMax = 16;
  for (int i = 0; i < kLinksMax; ++i) {
    std::error_code error;
    path = fs::weakly_canonical(path, error);
    if (error) return {};
    fs::path link;  // up to the first part that is a link still
    fs::path rest;
    for (const fs::path& part : path) {
      if (!rest.empty() || fs::is_symlink(link, error)) {
        rest /= part;
      } else {
        link /= part;
      }
    }
    if (!path.has_filename()) path = path.parent_path();  // "a/" is "a"
    if (!fs::is_symlink(link, error)) return path;
    path = link.parent_path() / fs::read_symlink(link, error);
    if (!rest.empty()) path /= rest;
  }
  return {};
}

absl::Status TooManyItems(const std::string& directory, std::size_t limit) {
  return WithMetadata(
      WithReason(absl::InvalidArgumentError(absl::StrCat(
                     directory, " has more than ", limit,
                     " key files, the most of one job; split it into several "
                     "directories")),
                 "TOO_MANY_ITEMS"),
      "limit", absl::StrCat(limit));
}

}  // namespace

absl::StatusOr<AllowedDirectories> AllowedDirectories::Create(
    const std::vector<std::string>& roots) {
  AllowedDirectories allowed;
  for (const std::string& root : roots) {
    std::error_code error;
    const fs::path canonical = fs::canonical(root, error);
    RETURN_IF_ERROR(ToStatus(error, "allow the directory " + root));
    if (!fs::is_directory(canonical, error)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--allow-directory: ", root, " is not a directory"));
    }
    allowed.roots_.push_back(canonical.string());
  }
  return allowed;
}

absl::StatusOr<std::string> AllowedDirectories::Resolve(
    const std::string& path, const std::string& field) const {
  if (!fs::path(path).is_absolute()) {
    return InvalidField(field, absl::StrCat("is \"", path,
                                            "\"; give an absolute path on the "
                                            "server"));
  }
  const fs::path resolved = ResolveLinks(path);
  const bool below =
      !resolved.empty() &&
      std::any_of(roots_.begin(), roots_.end(), [&](const std::string& root) {
        return IsBelow(resolved, root);
      });
  if (below) return resolved.string();
  const std::string remedy =
      roots_.empty()
          ? "the server's administrator allows none (--allow-directory); "
            "upload the keys instead"
          : absl::StrCat("the server's administrator allows what lies below ",
                         absl::StrJoin(roots_, ", "));
  return WithMetadata(WithReason(absl::PermissionDeniedError(absl::StrCat(
                                     path, " may not be used: ", remedy)),
                                 "PATH_NOT_ALLOWED"),
                      "field", field);
}

absl::StatusOr<std::string> AllowedDirectories::ResolveExisting(
    const std::string& path, const std::string& field) const {
  ASSIGN_OR_RETURN(const std::string resolved, Resolve(path, field));
  std::error_code error;
  if (fs::exists(resolved, error)) return resolved;
  return WithMetadata(WithReason(absl::NotFoundError(absl::StrCat(
                                     path, " does not exist on the server")),
                                 "PATH_NOT_FOUND"),
                      "field", field);
}

absl::StatusOr<std::string> AllowedDirectories::ResolveOutput(
    const std::string& path, const std::string& field) const {
  return Resolve(path, field);
}

absl::StatusOr<std::vector<AllowedDirectories::KeyFileEntry>>
AllowedDirectories::ListKeyFiles(const std::string& directory, bool recursive,
                                 std::size_t count_max) const {
  std::error_code error;
  if (!fs::is_directory(directory, error)) {
    return WithReason(absl::InvalidArgumentError(absl::StrCat(
                          directory,
                          " is not a directory; name the directory "
                          "that holds the *.keys files")),
                      "NOT_A_DIRECTORY");
  }
  std::vector<KeyFileEntry> files;
  fs::recursive_directory_iterator entry(directory, error);
  RETURN_IF_ERROR(ToStatus(error, "list " + directory));
  for (; entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    RETURN_IF_ERROR(ToStatus(error, "list " + directory));
    if (!recursive) entry.disable_recursion_pending();
    if (entry->path().extension() != kKeysExtension ||
        entry->is_directory(error)) {
      continue;
    }
    KeyFileEntry file;
    file.path = entry->path().string();
    // A link may lead anywhere. One that leads nowhere is the failure of its
    // item, not of the job.
    if (entry->is_symlink(error)) {
      ASSIGN_OR_RETURN(file.path, Resolve(file.path, "directory.keys_path"));
    }
    if (files.size() == count_max) return TooManyItems(directory, count_max);
    file.item_id = entry->path()
                       .lexically_relative(directory)
                       .replace_extension()
                       .generic_string();
    files.push_back(std::move(file));
  }
  RETURN_IF_ERROR(ToStatus(error, "list " + directory));
  if (files.empty()) {
    return WithReason(absl::NotFoundError(absl::StrCat(
                          directory, " holds no *.keys files",
                          recursive ? "" : " (set recursive to look below it)",
                          "; a key file's name ends in .keys")),
                      "NO_KEYS_FOUND");
  }
  std::sort(files.begin(), files.end(),
            [](const KeyFileEntry& a, const KeyFileEntry& b) {
              return a.item_id < b.item_id;
            });
  return files;
}

}  // namespace perfecthash
