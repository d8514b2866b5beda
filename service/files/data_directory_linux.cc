#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/error_reason.h"
#include "engine/base/os_error.h"
#include "service/files/data_directory.h"

namespace perfecthash {

absl::StatusOr<DataDirectory> DataDirectory::Open(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return OsErrorToStatus(error.value(), "create " + path);
  const std::string real = std::filesystem::canonical(path, error).string();
  if (error) return OsErrorToStatus(error.value(), "open " + path);

  const std::string lock_path = real + "/lock";
  UniqueHandle lock(
      ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!lock.valid()) return OsErrorToStatus(errno, "create " + lock_path);
  if (::flock(static_cast<int>(lock.get()), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return OsErrorToStatus(errno, "lock " + lock_path);
    }
    return WithReason(absl::FailedPreconditionError(absl::StrCat(
                          real,
                          " is in use by another server; stop that one, "
                          "or give this one its own --data-dir")),
                      "DATA_DIR_IN_USE");
  }
  return DataDirectory(real, std::move(lock));
}

}  // namespace perfecthash
