#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>

namespace perfecthash {

// Uninitialised, cache-line aligned memory for `size()` numbers; move-only.
// std::vector would zero what is about to be overwritten, and aligns to 16.
template <typename T>
class AlignedArray {
  static_assert(std::is_trivial_v<T>);

 public:
  AlignedArray() = default;
  explicit AlignedArray(std::size_t size)
      : items_(static_cast<T*>(
            ::operator new(size * sizeof(T), std::align_val_t{kAlignment}))),
        size_(size) {}
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
  static constexpr std::size_t kAlignment = 64;
  struct Free {
    void operator()(T* items) const {
      ::operator delete(items, std::align_val_t{kAlignment});
    }
  };

  std::unique_ptr<T, Free> items_;
  std::size_t size_ = 0;
};

}  // namespace perfecthash
