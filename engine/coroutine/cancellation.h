#pragma once

#include <atomic>

#include "absl/base/thread_annotations.h"
#include "engine/base/intrusive_queue.h"
#include "engine/base/mutex.h"

namespace perfecthash {

// A wait that a cancellation ends early; see CancellationSource::Watch.
class CancellationWatch {
 public:
  // Called with the source's lock held: may post, may not wait or resume.
  virtual void OnCancelled() = 0;

 protected:
  ~CancellationWatch() = default;

 private:
  friend class CancellationSource;
  IntrusiveLink<CancellationWatch> link_;
  bool watching_ = false;
};

// The flag "stop what you are doing". Lives in the context of a job, which
// outlives its tasks and their tokens. Thread-safe.
class CancellationSource {
 public:
  CancellationSource() = default;
  CancellationSource(const CancellationSource&) = delete;
  CancellationSource& operator=(const CancellationSource&) = delete;
  ~CancellationSource();

  // Sets the flag for good and ends the watched waits.
  void Cancel();
  // One load: cheap enough for inner loops. A true result is ordered after
  // everything the canceller did before.
  bool cancelled() const { return cancelled_.load(std::memory_order_acquire); }
  // The same flag for code that knows nothing of cancellation.
  const std::atomic<bool>& flag() const { return cancelled_; }

  // From now on `watch` hears of a cancellation, once. False when it came
  // already; then `watch` is not registered.
  bool Watch(CancellationWatch& watch) {
    return Watch(watch, [] {});
  }
  // The same, and what is watched is begun by `start` in one step with it, so
  // that a cancellation finds it under way or not at all. `start` may post, may
  // not wait or resume; it is not called for a `watch` that is not registered.
  template <typename Start>
  bool Watch(CancellationWatch& watch, Start start) {
    MutexLock lock(mutex_);
    if (!Register(watch)) return false;
    // Another thread may end the wait before this returns, but cannot unwatch.
    start();
    return true;
  }
  // After this `watch` may be destroyed: a Cancel that is telling it of its
  // cancellation has ended. Harmless for one that is not registered.
  void Unwatch(CancellationWatch& watch);

 private:
  bool Register(CancellationWatch& watch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  std::atomic<bool> cancelled_{false};
  Mutex mutex_;
  IntrusiveQueue<CancellationWatch, &CancellationWatch::link_> watches_
      ABSL_GUARDED_BY(mutex_);
};

// A view of a CancellationSource, passed by value. The default one is never
// cancelled.
class CancellationToken {
 public:
  CancellationToken() = default;
  // Implicit: a source is accepted wherever a token is asked for.
  CancellationToken(CancellationSource& source)  // NOLINT
      : source_(&source) {}

  bool cancelled() const { return source_ != nullptr && source_->cancelled(); }
  // Null for the default token.
  CancellationSource* source() const { return source_; }

 private:
  CancellationSource* source_ = nullptr;
};

// A source that is cancelled with another one: for one of many tasks that wait
// often, so that each has a lock of its own. The other source outlives it; the
// waits that watch it have ended before it dies.
class LinkedCancellation : private CancellationWatch {
 public:
  explicit LinkedCancellation(CancellationSource& parent) : parent_(parent) {
    if (!parent_.Watch(*this)) source_.Cancel();
  }
  LinkedCancellation(const LinkedCancellation&) = delete;
  LinkedCancellation& operator=(const LinkedCancellation&) = delete;
  ~LinkedCancellation() { parent_.Unwatch(*this); }

  CancellationToken token() { return source_; }

 private:
  void OnCancelled() override { source_.Cancel(); }

  CancellationSource& parent_;
  CancellationSource source_;
};

}  // namespace perfecthash
