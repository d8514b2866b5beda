#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "engine/base/error_reason.h"
#include "engine/base/os_error.h"
#include "engine/base/unique_handle.h"
#include "service/process/listen_address.h"

namespace perfecthash {
namespace {

absl::Status InUse(const std::string& path, const std::string& problem) {
  return WithReason(absl::FailedPreconditionError(absl::StrCat(
                        "cannot listen at unix:", path, ": ", problem)),
                    "ADDRESS_IN_USE");
}

}  // namespace

absl::Status ClearStaleSocket(const std::string& unix_path) {
  struct stat status{};
  if (::lstat(unix_path.c_str(), &status) != 0) {
    return errno == ENOENT ? absl::OkStatus()
                           : OsErrorToStatus(errno, "look at " + unix_path);
  }
  if (!S_ISSOCK(status.st_mode)) {
    return InUse(unix_path,
                 "there is something else than a socket; choose another path");
  }
  sockaddr_un address{};
  if (unix_path.size() >= sizeof(address.sun_path)) {
    return InUse(unix_path, "the path is too long for a socket");
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, unix_path.c_str(), unix_path.size() + 1);
  UniqueHandle probe(
      ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe.valid()) return OsErrorToStatus(errno, "open a socket");
  const int connected =
      ::connect(static_cast<int>(probe.get()),
                reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  if (connected == 0 || errno != ECONNREFUSED) {
    return InUse(unix_path,
                 "another server answers there; stop it, or choose another "
                 "path");
  }
  if (::unlink(unix_path.c_str()) != 0) {
    return OsErrorToStatus(errno, "remove the stale socket " + unix_path);
  }
  return absl::OkStatus();
}

}  // namespace perfecthash
