#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "engine/base/mutex.h"

namespace perfecthash {

// Counts what has begun and not yet ended, and lets one thread wait until
// nothing has. Outlives its tokens. Thread-safe.
class Outstanding {
 public:
  // Stands for one thing that has begun; its death is the end of that thing,
  // so no path of an error can forget to count. Move-only.
  class [[nodiscard]] Token {
   public:
    Token(Token&& other) noexcept
        : outstanding_(std::exchange(other.outstanding_, nullptr)) {}
    Token& operator=(Token&& other) noexcept {
      std::swap(outstanding_, other.outstanding_);
      return *this;
    }
    ~Token() {
      if (outstanding_ != nullptr) outstanding_->End();
    }

   private:
    friend class Outstanding;
    explicit Token(Outstanding* outstanding) : outstanding_(outstanding) {}

    Outstanding* outstanding_;
  };

  Outstanding() = default;
  Outstanding(const Outstanding&) = delete;
  Outstanding& operator=(const Outstanding&) = delete;
  ~Outstanding();

  // Nothing once Close was called.
  std::optional<Token> Begin();
  // Lets nothing more begin.
  void Close();
  // Blocks until the count is 0.
  void WaitUntilNone();

  std::int64_t count() const;

 private:
  void End();

  mutable Mutex mutex_;
  Condition none_;
  std::int64_t count_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace perfecthash
