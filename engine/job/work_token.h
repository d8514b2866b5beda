#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

#include "engine/base/check.h"

namespace perfecthash {

class WorkToken;

// Counts what is outstanding: one for each WorkToken alive. When the last
// token dies, `on_last` is called, once and for all; after that no token can
// be taken. A token of a child (a job) holds the count of the parent (the
// engine) too. Thread-safe. Outlives its tokens, except that `on_last` may
// destroy it.
class WorkAccount {
 public:
  explicit WorkAccount(std::function<void()> on_last,
                       std::atomic<std::int64_t>* total = nullptr)
      : on_last_(std::move(on_last)), total_(total) {}
  WorkAccount(const WorkAccount&) = delete;
  WorkAccount& operator=(const WorkAccount&) = delete;
  ~WorkAccount() { CHECK(outstanding() == 0); }

  // The first one; called once, before any other call.
  WorkToken Open();

  // Of the moment.
  std::int64_t outstanding() const {
    return count_.load(std::memory_order_relaxed);
  }

 private:
  friend class WorkToken;

  void Take() {
    // Relaxed: whoever takes one holds another already, or is Open().
    count_.fetch_add(1, std::memory_order_relaxed);
    if (total_ != nullptr) total_->fetch_add(1, std::memory_order_relaxed);
  }
  void Release() {
    if (total_ != nullptr) total_->fetch_sub(1, std::memory_order_relaxed);
    // Release hands on what the holder did; acquire lets the last one see it.
    if (count_.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
    // Moved out first: the call may destroy this.
    const std::function<void()> on_last = std::move(on_last_);
    on_last();
  }

  std::function<void()> on_last_;
  std::atomic<std::int64_t>* const total_;
  std::atomic<std::int64_t> count_{0};
  bool opened_ = false;
};

// A piece of outstanding work. Whatever path its holder leaves by, it dies
// with the holder, so a count cannot leak. Move-only; used by one thread at a
// time.
class [[nodiscard]] WorkToken {
 public:
  WorkToken() = default;
  WorkToken(WorkToken&& other) noexcept
      : account_(std::exchange(other.account_, nullptr)) {}
  WorkToken& operator=(WorkToken&& other) noexcept {
    if (this == &other) return *this;
    Release();
    account_ = std::exchange(other.account_, nullptr);
    return *this;
  }
  ~WorkToken() { Release(); }

  bool held() const { return account_ != nullptr; }

  // Another one of the same account; this one is held.
  WorkToken Split() const {
    CHECK(held());
    return WorkToken(*account_);
  }

  // Gives it up early.
  void Release() {
    if (account_ != nullptr) std::exchange(account_, nullptr)->Release();
  }

 private:
  friend class WorkAccount;
  explicit WorkToken(WorkAccount& account) : account_(&account) {
    account.Take();
  }

  WorkAccount* account_ = nullptr;
};

inline WorkToken WorkAccount::Open() {
  CHECK(!std::exchange(opened_, true));
  return WorkToken(*this);
}

}  // namespace perfecthash
