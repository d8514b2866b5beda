#include "service/process/listen_address.h"

#include <charconv>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace perfecthash {
namespace {

constexpr char kUnixPrefix[] = "unix:";
constexpr std::size_t kUnixPathBytesMax = 107;  // sockaddr_un's, without NUL
constexpr int kPortMax = 65535;

absl::Status BadAddress(const std::string& text, const std::string& problem) {
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", text, "\" is no address to listen at: ", problem,
      "; give HOST:PORT such as 127.0.0.1:7400, [::1]:7400 or 0.0.0.0:7400, or "
      "unix:PATH"));
}

}  // namespace

bool ListenAddress::is_local() const {
  return is_unix() || host == "localhost" || host == "::1" ||
         absl::StartsWith(host, "127.");
}

std::string ListenAddress::BoundText(int bound_port) const {
  if (is_unix()) return text;
  return absl::StrCat(text.substr(0, text.rfind(':')), ":", bound_port);
}

absl::StatusOr<ListenAddress> ParseListenAddress(const std::string& text) {
  ListenAddress address{.text = text};
  if (absl::StartsWith(text, kUnixPrefix)) {
    std::string path = text.substr(sizeof(kUnixPrefix) - 1);
    if (absl::StartsWith(path, "///")) path = path.substr(2);
    if (path.empty()) return BadAddress(text, "the path is missing");
    if (path.size() > kUnixPathBytesMax) {
      return BadAddress(text, absl::StrCat("the path of a socket has at most ",
                                           kUnixPathBytesMax, " bytes"));
    }
    address.unix_path = path;
    return address;
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) {
    return BadAddress(text, "host and port are needed");
  }
  int port = -1;
  const char* const end = text.data() + text.size();
  const auto [last, error] =
      std::from_chars(text.data() + colon + 1, end, port);
  if (error != std::errc() || last != end || port < 0 || port > kPortMax) {
    return BadAddress(text, "the port is a number from 0 (any) to 65535");
  }
  address.port = port;
  address.host = text.substr(0, colon);
  const bool bracketed = absl::StartsWith(address.host, "[");
  if (!bracketed && address.host.find(':') != std::string::npos) {
    return BadAddress(text, "an IPv6 host stands in brackets");
  }
  if (bracketed) {
    address.host = std::string(
        absl::StripSuffix(absl::StripPrefix(address.host, "["), "]"));
  }
  return address;
}

}  // namespace perfecthash
