#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/types/span.h"

namespace perfecthash {

class BufferPool;
struct BufferRecord;

// A block of I/O memory borrowed from a BufferPool; gives itself back when it
// dies. Begins on a page. What it holds at first is whatever its last user
// left. The pool must outlive it. Used by one thread at a time, and may die on
// another thread than it was born on.
class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept { *this = std::move(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    if (this == &other) return *this;
    Return();
    record_ = std::exchange(other.record_, nullptr);
    data_ = std::exchange(other.data_, nullptr);
    capacity_bytes_ = std::exchange(other.capacity_bytes_, 0);
    return *this;
  }
  ~Buffer() { Return(); }

  // Null and 0 when it holds no memory (default-constructed or moved from).
  std::uint8_t* data() const { return data_; }
  // The size class: at least what was asked for.
  std::size_t capacity_bytes() const { return capacity_bytes_; }
  absl::Span<std::uint8_t> span() const { return {data_, capacity_bytes_}; }

  // Gives the memory back early.
  void Return();

 private:
  friend class BufferPool;

  BufferRecord* record_ = nullptr;
  std::uint8_t* data_ = nullptr;
  std::size_t capacity_bytes_ = 0;
};

}  // namespace perfecthash
