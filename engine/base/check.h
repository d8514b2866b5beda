#pragma once

// CHECK is for bugs: it prints the failed condition with its place and aborts.
// DCHECK costs nothing in release builds. What the world can cause is an
// absl::Status, never a CHECK.

namespace perfecthash {

[[noreturn]] void CheckFailed(const char* condition, const char* file,
                              int line);

}  // namespace perfecthash

#define CHECK(condition)              \
  ((condition) ? static_cast<void>(0) \
               : ::perfecthash::CheckFailed(#condition, __FILE__, __LINE__))

#ifdef NDEBUG
#define DCHECK(condition) static_cast<void>(sizeof(condition))
#else
#define DCHECK(condition) CHECK(condition)
#endif
