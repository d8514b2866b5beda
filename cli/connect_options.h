#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace perfecthash {

struct ConnectOptions {
  std::string address;
  std::chrono::nanoseconds connect_timeout{0};
  // Instead of failing at the first refusal, try for this long.
  std::optional<std::chrono::nanoseconds> wait_for_server;
  // When --timeout runs out, whatever the two above say.
  std::optional<std::chrono::system_clock::time_point> deadline = {};
};

}  // namespace perfecthash
