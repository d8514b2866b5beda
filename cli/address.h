#pragma once

#include <string>

#include "absl/status/status.h"

namespace perfecthash {

// Whether `address` has a form that can be dialled: HOST:PORT, [IPV6]:PORT or
// unix:PATH. Else usage: gRPC would dial a port of its own choice, or report
// after a while that it cannot resolve the name.
absl::Status CheckAddress(const std::string& address);

}  // namespace perfecthash
