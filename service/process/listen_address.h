#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace perfecthash {

// An address to listen at: "HOST:PORT" (port 0 = any free one) or "unix:PATH".
struct ListenAddress {
  std::string text;            // as gRPC wants it
  std::string host = "";       // without brackets; empty for a socket
  int port = 0;                // 0 = any free one
  std::string unix_path = "";  // empty for a port

  bool is_unix() const { return !unix_path.empty(); }
  // False when other machines may reach it.
  bool is_local() const;
  // The address as clients use it, once the port is known.
  std::string BoundText(int bound_port) const;
};

// InvalidArgument with an example when it is neither.
absl::StatusOr<ListenAddress> ParseListenAddress(const std::string& text);

// Whether a server can listen at a port, found out by a try: gRPC says why it
// cannot in a log of its own only. FailedPrecondition when the host is not
// known, or not this machine's, and ADDRESS_IN_USE when the port is taken.
absl::Status CheckPortIsFree(const ListenAddress& address);

// Makes way for a socket: removes the one that a server left behind which did
// not end well. FailedPrecondition when the directory is missing or may not be
// written, and ADDRESS_IN_USE when somebody still answers at the path, or when
// it is something else than a socket.
absl::Status PrepareSocketPath(const std::string& unix_path);

}  // namespace perfecthash
