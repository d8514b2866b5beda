#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace perfecthash {

// The parts of the server's own file system that requests may name: all that
// lies below the roots, once symbolic links are resolved. Permission is checked
// before existence, so nobody learns what lies elsewhere.
// Immutable after construction; its calls read the file system.
class AllowedDirectories {
 public:
  // Each root must be a directory.
  static absl::StatusOr<AllowedDirectories> Create(
      const std::vector<std::string>& roots);

  // The real path of something that exists. InvalidArgument INVALID_FIELD,
  // PermissionDenied PATH_NOT_ALLOWED or NotFound PATH_NOT_FOUND; errors name
  // `field`, that of the request.
  absl::StatusOr<std::string> ResolveExisting(const std::string& path,
                                              const std::string& field) const;
  // The same for a path that need not exist yet.
  absl::StatusOr<std::string> ResolveOutput(const std::string& path,
                                            const std::string& field) const;

  struct KeyFileEntry {
    std::string path;
    // Relative to the directory, without ".keys"; unique.
    std::string item_id;
  };
  // The *.keys files of a resolved directory, sorted by item id. NotFound
  // NO_KEYS_FOUND, InvalidArgument NOT_A_DIRECTORY or TOO_MANY_ITEMS.
  absl::StatusOr<std::vector<KeyFileEntry>> ListKeyFiles(
      const std::string& directory, bool recursive,
      std::size_t count_max) const;

 private:
  absl::StatusOr<std::string> Resolve(const std::string& path,
                                      const std::string& field) const;

  std::vector<std::string> roots_;  // canonical
};

}  // namespace perfecthash
