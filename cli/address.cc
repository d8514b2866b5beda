#include "cli/address.h"

#include <string_view>

#include "cli/exit_code.h"
#include "cli/number.h"
#include "engine/base/utf8.h"

namespace perfecthash {
namespace {

// gRPC's own schemes; with ipv4 and ipv6 several addresses may follow.
constexpr std::string_view kSchemes[] = {"dns:", "ipv4:", "ipv6:"};

absl::Status BadAddress(const std::string& address, const std::string& why) {
  return Failure(ExitCode::kUsage, "--address " + Utf8OrEscaped(address) +
                                       ": " + why +
                                       "; write HOST:PORT or unix:PATH");
}

bool IsBracketed(std::string_view host) {
  return host.starts_with('[') && host.ends_with(']');
}

}  // namespace

absl::Status CheckAddress(const std::string& address) {
  if (address.empty()) return BadAddress(address, "it is empty");
  for (const std::string_view scheme : {"unix:", "unix-abstract:"}) {
    if (!address.starts_with(scheme)) continue;
    return address.size() > scheme.size()
               ? absl::OkStatus()
               : BadAddress(address, "the path is missing");
  }
  std::string_view host(address);
  bool has_scheme = false;
  for (const std::string_view scheme : kSchemes) {
    if (!address.starts_with(scheme) || has_scheme) continue;
    host.remove_prefix(scheme.size());
    has_scheme = true;
  }
  if (!has_scheme && address.find("://") != std::string::npos) {
    return BadAddress(address, "it is not a URL, there is no scheme");
  }
  const std::size_t colon = host.rfind(':');
  if (colon == std::string_view::npos || host.ends_with(']')) {
    return BadAddress(address, "the port is missing");
  }
  const std::string_view port = host.substr(colon + 1);
  host = host.substr(0, colon);
  if (host.empty()) return BadAddress(address, "the host is missing");
  if (!ParseInteger(port, 1, 65'535).ok()) {
    return BadAddress(address, "\"" + Utf8OrEscaped(std::string(port)) +
                                   "\" is no port from 1 to 65535");
  }
  if (!has_scheme && !IsBracketed(host) &&
      host.find(':') != std::string_view::npos) {
    return BadAddress(address, "an IPv6 address stands in [ ]");
  }
  return absl::OkStatus();
}

}  // namespace perfecthash
