#include "service/rpc/uuid.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "engine/base/mutex.h"

namespace perfecthash {
namespace {

// Rises strictly: 48 bits of milliseconds, then 12 that count within one.
class UuidClock {
 public:
  std::uint64_t Next() {
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::system_clock::now().time_since_epoch())
            .count();
    const std::uint64_t now = static_cast<std::uint64_t>(milliseconds) << 12;
    MutexLock lock(mutex_);
    last_ = now > last_ ? now : last_ + 1;
    return last_;
  }

 private:
  Mutex mutex_;
  std::uint64_t last_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace

std::string NewUuid() {
  static UuidClock clock;
  thread_local std::mt19937_64 random{std::random_device{}()};
  const std::uint64_t time = clock.Next();
  const std::uint64_t tail = random();
  const std::uint64_t milliseconds = time >> 12;
  return absl::StrFormat(
      "%08x-%04x-7%03x-%04x-%012x", milliseconds >> 16, milliseconds & 0xffff,
      time & 0xfff, 0x8000 | ((tail >> 48) & 0x3fff), tail & 0xffff'ffff'ffff);
}

bool IsUuid(std::string_view text) {
  constexpr std::size_t kLength = 36;
  if (text.size() != kLength) return false;
  for (std::size_t i = 0; i < kLength; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-'
             : !absl::ascii_isxdigit(static_cast<unsigned char>(text[i]))) {
      return false;
    }
  }
  return true;
}

}  // namespace perfecthash
