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
  bool Watch(CancellationWatch& watch);
  // After this `watch` may be destroyed: a Cancel that is telling it of its
  // cancellation has ended. Harmless for one that is not registered.
  void Unwatch(CancellationWatch& watch);

 private:
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

}  // namespace perfecthash
