#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "engine/base/error_reason.h"
#include "engine/base/os_error.h"
#include "engine/base/unique_handle.h"
#include "service/process/listen_address.h"

namespace perfecthash {
namespace {

absl::Status CannotListen(const std::string& address,
                          const std::string& problem) {
  return absl::FailedPreconditionError(
      absl::StrCat("cannot listen at ", address, ": ", problem));
}

absl::Status InUse(const std::string& path, const std::string& problem) {
  return WithReason(CannotListen("unix:" + path, problem), "ADDRESS_IN_USE");
}

// 0, or the system's error. As gRPC binds: a port that connections of an ended
// server still hold is free, one that somebody listens at is not.
int TryBind(const addrinfo& address) {
  const UniqueHandle bound(
      ::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC, 0));
  if (!bound.valid()) return errno;
  const int socket = static_cast<int>(bound.get());
  const int on = 1;
  if (::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0) {
    return errno;
  }
  const int result = ::bind(socket, address.ai_addr, address.ai_addrlen);
  return result == 0 ? 0 : errno;
}

absl::Status BindError(const std::string& address, int os_error) {
  if (os_error == EADDRINUSE) {
    return WithReason(
        CannotListen(address,
                     "another program listens there; stop it, or choose "
                     "another port with --listen"),
        "ADDRESS_IN_USE");
  }
  if (os_error == EADDRNOTAVAIL) {
    return CannotListen(address,
                        "the host is not one of this machine's; choose another "
                        "with --listen, such as 127.0.0.1 or 0.0.0.0");
  }
  return CannotListen(address, std::generic_category().message(os_error));
}

absl::Status CheckSocketDirectory(const std::string& unix_path) {
  std::string directory = std::filesystem::path(unix_path).parent_path();
  if (directory.empty()) directory = ".";
  if (::access(directory.c_str(), W_OK | X_OK) == 0) return absl::OkStatus();
  return CannotListen(
      "unix:" + unix_path,
      errno == ENOENT
          ? absl::StrCat("there is no directory ", directory, "; make it")
          : absl::StrCat("the directory ", directory, ": ",
                         std::generic_category().message(errno)));
}

}  // namespace

absl::Status CheckPortIsFree(const ListenAddress& address) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int unknown = ::getaddrinfo(
      address.host.c_str(), absl::StrCat(address.port).c_str(), &hints, &list);
  if (unknown != 0) {
    return CannotListen(
        address.text,
        absl::StrCat("the host is not known (", ::gai_strerror(unknown),
                     "); choose another with --listen"));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list,
                                                             ::freeaddrinfo);
  // One address of a host is enough for gRPC.
  int os_error = 0;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    const int tried = TryBind(*entry);
    if (tried == 0) return absl::OkStatus();
    if (os_error != EADDRINUSE) os_error = tried;
  }
  return BindError(address.text, os_error);
}

absl::Status PrepareSocketPath(const std::string& unix_path) {
  struct stat status{};
  if (::lstat(unix_path.c_str(), &status) != 0) {
    if (errno == ENOENT) return CheckSocketDirectory(unix_path);
    return OsErrorToStatus(errno, "look at " + unix_path);
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
