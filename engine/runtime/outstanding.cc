#include "engine/runtime/outstanding.h"

#include "engine/base/check.h"

namespace perfecthash {

Outstanding::~Outstanding() { CHECK(count() == 0); }

std::optional<Outstanding::Token> Outstanding::Begin() {
  MutexLock lock(mutex_);
  if (closed_) return std::nullopt;
  ++count_;
  return Token(this);
}

void Outstanding::Close() {
  MutexLock lock(mutex_);
  closed_ = true;
}

void Outstanding::WaitUntilNone() {
  MutexLock lock(mutex_);
  while (count_ > 0) none_.Wait(mutex_);
}

std::int64_t Outstanding::count() const {
  MutexLock lock(mutex_);
  return count_;
}

void Outstanding::End() {
  // Notifies with the lock held: the waiter may destroy this right after.
  MutexLock lock(mutex_);
  if (--count_ == 0) none_.NotifyAll();
}

}  // namespace perfecthash
