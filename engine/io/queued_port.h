#pragma once

#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "engine/base/mutex.h"
#include "engine/io/completion_port.h"
#include "engine/io/completion_port_factory.h"
#include "engine/io/sleepers.h"

namespace perfecthash {

// What ports have in common that keep what is ready in a queue of their own,
// and put their workers to sleep themselves; and their I/O threads, which do
// operations by blocking calls, first come, first served. Thread-safe.
class QueuedPort : public CompletionPort {
 public:
  ~QueuedPort() override;

  // An open file needs no preparation.
  absl::Status Attach(UniqueHandle::Native handle) override;
  void Post(Continuation& continuation) override;
  void Close() override;
  bool closed() const override;
  CompletionPortStats Stats() const override;
  int thread_count() const override;

 protected:
  enum class Phase : std::uint8_t { kQueued, kInFlight, kReady };

  // Of an operation, in its reserved bytes; by mutex_.
  struct State {
    Phase phase;
    bool cancelled;  // asked to end early while in flight
  };
  static_assert(sizeof(State) <= Operation::kReservedBytes);
  static State& StateOf(Operation& operation) {
    return *reinterpret_cast<State*>(operation.reserved);
  }

  explicit QueuedPort(std::uint64_t first_serial)
      : CompletionPort(first_serial) {}

  absl::Status StartIoThreads(const CompletionPortOptions& options);
  // For the next free I/O thread.
  void SubmitToIoThreads(Operation& operation);

  // An operation's way: it is put into a queue, begun or withdrawn from there,
  // completed when it has its result.
  void Enqueue(Operation& operation, ContinuationQueue& queue)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Operation& BeginFirst(ContinuationQueue& queue)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Withdraw(Operation& operation, ContinuationQueue& queue,
                Sleepers::Wake& wake) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Complete(Operation& operation) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Chooses a worker to wake for what is ready.
  virtual void WakeForReady(Sleepers::Wake& wake)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  virtual void WakeAll() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Moves what is ready, as far as there is room, and returns the number.
  std::size_t TakeReady(absl::Span<Continuation*> ready)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_;
  ContinuationQueue blocking_ ABSL_GUARDED_BY(mutex_);  // for an I/O thread
  ContinuationQueue ready_ ABSL_GUARDED_BY(mutex_);
  Sleepers sleepers_ ABSL_GUARDED_BY(mutex_);
  CompletionPortStats stats_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;

 private:
  void RunIoThread();
  // Sleeps until there is one; null at the end.
  Operation* TakeBlocking();

  Condition blocking_or_stopping_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> io_threads_;
};

}  // namespace perfecthash
