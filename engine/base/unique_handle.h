#pragma once

#include <cstdint>
#include <utility>

namespace perfecthash {

// Owns one handle of the operating system (a file descriptor, or a HANDLE) and
// closes it. -1 is no handle on every platform.
class UniqueHandle {
 public:
  using Native = std::intptr_t;

  UniqueHandle() = default;
  explicit UniqueHandle(Native handle) : handle_(handle) {}
  UniqueHandle(UniqueHandle&& other) noexcept : handle_(other.Release()) {}
  UniqueHandle& operator=(UniqueHandle&& other) noexcept {
    Reset(other.Release());
    return *this;
  }
  ~UniqueHandle() { Reset(); }

  bool valid() const { return handle_ != -1; }
  Native get() const { return handle_; }
  Native Release() { return std::exchange(handle_, -1); }
  void Reset(Native handle = -1);

 private:
  Native handle_ = -1;
};

}  // namespace perfecthash
