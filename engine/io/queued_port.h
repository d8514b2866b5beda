#pragma once

#include <cstddef>

#include "engine/base/mutex.h"
#include "engine/io/completion_port.h"
#include "engine/io/sleepers.h"

namespace perfecthash {

// What ports have in common that keep what is ready in a queue of their own,
// and put their workers to sleep themselves. Thread-safe.
class QueuedPort : public CompletionPort {
 public:
  ~QueuedPort() override;

  // An open file needs no preparation.
  absl::Status Attach(UniqueHandle::Native handle) override;
  void Post(Continuation& continuation) override;
  void Close() override;
  bool closed() const override;
  CompletionPortStats Stats() const override;

 protected:
  explicit QueuedPort(std::uint64_t first_serial)
      : CompletionPort(first_serial) {}

  // Chooses a worker to wake for what is ready.
  virtual void WakeForReady(Sleepers::Wake& wake)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  virtual void WakeAll() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // The operation has its result, and is ready.
  void Complete(Operation& operation) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Moves what is ready, as far as there is room, and returns the number.
  std::size_t TakeReady(absl::Span<Continuation*> ready)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_;
  ContinuationQueue queued_ ABSL_GUARDED_BY(mutex_);  // of Operations
  ContinuationQueue ready_ ABSL_GUARDED_BY(mutex_);
  Sleepers sleepers_ ABSL_GUARDED_BY(mutex_);
  CompletionPortStats stats_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace perfecthash
