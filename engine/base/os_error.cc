#include "engine/base/os_error.h"

#include <cerrno>
#include <system_error>

namespace perfecthash {
namespace {

const char* Remedy(int os_error) {
  switch (os_error) {
    case ENOSPC:
      return " (free space on that file system, or choose another directory)";
#ifdef EDQUOT  // not every system has it
    case EDQUOT:
      return " (the user's disk quota is spent)";
#endif
    case EMFILE:
      return " (raise the limit of open files: ulimit -n)";
    case EACCES:
    case EPERM:
      return " (check the owner and mode of the file and its directories)";
    case ESPIPE:
      return " (it is not a regular file)";
    case EROFS:
      return " (the file system is mounted read-only)";
    default:
      return "";
  }
}

absl::StatusCode CanonicalCode(int os_error) {
  switch (os_error) {
    case ENOENT:
    case ENOTDIR:
      return absl::StatusCode::kNotFound;
    case EEXIST:
      return absl::StatusCode::kAlreadyExists;
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::StatusCode::kPermissionDenied;
#ifdef EDQUOT
    case EDQUOT:
#endif
    case ENOSPC:
    case EMFILE:
    case ENFILE:
    case EFBIG:
    case ENOMEM:
      return absl::StatusCode::kResourceExhausted;
    case EINVAL:
    case EILSEQ:
    case ENAMETOOLONG:
    case EISDIR:
    case ESPIPE:
      return absl::StatusCode::kInvalidArgument;
    case ECANCELED:
      return absl::StatusCode::kCancelled;
    case ENOSYS:
    case EOPNOTSUPP:
      return absl::StatusCode::kUnimplemented;
    case EAGAIN:
    case EBUSY:
    case EINTR:
      return absl::StatusCode::kUnavailable;
    default:
      return absl::StatusCode::kInternal;
  }
}

}  // namespace

absl::Status OsErrorToStatus(int os_error, const std::string& doing) {
  return absl::Status(CanonicalCode(os_error),
                      "cannot " + doing + ": " +
                          std::generic_category().message(os_error) +
                          Remedy(os_error));
}

bool IsInterrupted(int os_error) { return os_error == EINTR; }

}  // namespace perfecthash
