#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>

#include "engine/base/huge_pages.h"

namespace perfecthash {

// Uninitialised, cache-line aligned memory for `size()` numbers; move-only.
// std::vector would zero what is about to be overwritten, and aligns to 16.
// Large arrays are in huge pages where the system has them.
template <typename T>
class AlignedArray {
  static_assert(std::is_trivial_v<T>);

 public:
  AlignedArray() = default;
  explicit AlignedArray(std::size_t size)
      : items_(Allocate(size), Free{AlignmentOf(size)}), size_(size) {}
  AlignedArray(AlignedArray&& other) noexcept
      : items_(std::move(other.items_)), size_(other.size_) {
    other.size_ = 0;
  }
  AlignedArray& operator=(AlignedArray&& other) noexcept {
    items_ = std::move(other.items_);
    size_ = other.size_;
    other.size_ = 0;
    return *this;
  }

  T* data() { return items_.get(); }
  const T* data() const { return items_.get(); }
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return size_ * sizeof(T); }

 private:
  static constexpr std::size_t kCacheLineBytes = 64;
  // From here on the loss at the last page does not matter.
  static constexpr std::size_t kLargeBytes = 4 * kHugePageBytes;

  struct Free {
    std::align_val_t alignment{kCacheLineBytes};
    void operator()(T* items) const { ::operator delete(items, alignment); }
  };

  static std::align_val_t AlignmentOf(std::size_t size) {
    return std::align_val_t{size * sizeof(T) >= kLargeBytes ? kHugePageBytes
                                                            : kCacheLineBytes};
  }
  static T* Allocate(std::size_t size) {
    void* const memory = ::operator new(size * sizeof(T), AlignmentOf(size));
    if (size * sizeof(T) >= kLargeBytes) {
      PreferHugePages(memory, size * sizeof(T));
    }
    return static_cast<T*>(memory);
  }

  std::unique_ptr<T, Free> items_;
  std::size_t size_ = 0;
};

}  // namespace perfecthash
