#pragma once

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "engine/base/tracepoint.h"
#include "engine/coroutine/cancellation.h"
#include "engine/coroutine/executor.h"
#include "engine/io/operation.h"

namespace perfecthash {

struct CompletionPortStats {
  std::uint64_t submitted_count = 0;
  std::uint64_t completed_count = 0;  // operations, failed ones included
  std::uint64_t failed_count = 0;
  std::uint64_t posted_count = 0;
  std::uint64_t delivered_count = 0;  // operations and posts, out of Wait
  std::uint64_t wake_count = 0;       // sleeping workers that were woken
  std::uint64_t in_flight_count_max = 0;

  // Of the moment.
  std::uint64_t in_flight_count = 0;  // with the operating system
  std::uint64_t queued_count = 0;     // in the port, not yet begun
  std::uint64_t ready_count = 0;      // completed or posted, not yet delivered

  std::uint64_t outstanding_count() const {
    return in_flight_count + queued_count + ready_count;
  }

  // For the backends: an operation begins, and one has ended.
  void CountInFlight() {
    in_flight_count_max = std::max(in_flight_count_max, ++in_flight_count);
  }
  void CountCompletion(int os_error) {
    ++completed_count;
    if (os_error != 0) ++failed_count;
  }
};

// The one abstraction under the engine: where operations and messages are
// queued and completions are taken out, with the semantics of Windows' I/O
// completion ports on every platform. One port serves one node; any thread may
// submit or post, any worker of the node may take what is ready. Thread-safe.
//
// The contract, which tests/engine/io/completion_port_contract_test.cc holds
// for every backend:
//  * What is submitted or posted comes out of Wait exactly once, in no
//    particular order. There is no other way out: a failure, even of the
//    submission itself, arrives as a completion with its error.
//  * Nothing resumes inside Submit, Post, Cancel or Wait. A worker first takes
//    a batch, then resumes it.
//  * The work of the one who submits happens before the completion comes out.
//
// The number of threads in Wait is the port's concurrency. A thread that waits
// should live until nothing is outstanding: an operating system may cancel what
// a thread started when the thread ends. It comes back to Wait when it has
// resumed what it took: what it submitted meanwhile may start only then.
class CompletionPort : public Executor {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::nanoseconds kForever =
      std::chrono::nanoseconds::max();

  // Nothing may be outstanding, and nobody inside Wait.
  ~CompletionPort() override = default;

  // Makes the port serve a handle that was opened elsewhere. What the port
  // opened is attached already.
  virtual absl::Status Attach(UniqueHandle::Native handle) = 0;

  // Starts `operation`, now or when the port's depth allows. Cannot fail.
  virtual void Submit(Operation& operation) = 0;

  // Queues a message: it is ready at once. Without a system call as long as no
  // worker sleeps.
  void Post(Continuation& continuation) override = 0;

  // Asks for an early end of an operation that was submitted to this port. It
  // still completes once: as cancelled (OsErrorToStatus gives kCancelled), or
  // with its result when that was faster. Harmless for a completed one; the
  // caller sees to it that the operation is alive during the call.
  virtual void Cancel(Operation& operation) = 0;

  // Takes up to ready.size() continuations that are ready, oldest first as far
  // as there is an order, and returns their number; an operation's result is
  // then in place. Sleeps up to `timeout` while there are none: 0 never sleeps,
  // kForever does not end by itself. Returns 0 early when it was woken in vain,
  // so that its caller can reckon its timeout anew; the caller comes back.
  virtual std::size_t Wait(absl::Span<Continuation*> ready,
                           std::chrono::nanoseconds timeout) = 0;

  // From now on no Wait sleeps, and the sleeping ones return: they hand out
  // what is ready, then 0. To stop, let everything outstanding come out first.
  virtual void Close() = 0;
  virtual bool closed() const = 0;

  // The port's clock: the time of the simulation in simulated ports.
  virtual Clock::time_point Now() const { return Clock::now(); }

  virtual CompletionPortStats Stats() const = 0;

  // Threads that it has of its own, all of them since it was made.
  virtual int thread_count() const { return 0; }

  // "io_uring", "threads", ...
  virtual std::string_view name() const = 0;

  // A number that no other call on this port returns; unlikely to be returned
  // by another port. For the names of temporary files.
  std::uint64_t NextSerial() {
    // Relaxed: only uniqueness counts.
    return serial_.fetch_add(1, std::memory_order_relaxed);
  }

 protected:
  explicit CompletionPort(std::uint64_t first_serial) : serial_(first_serial) {}

 private:
  std::atomic<std::uint64_t> serial_;
};

// `OperationResult result = co_await Perform(port, {.kind = ...})`: one
// operation, embedded in the awaiting frame, so that it allocates nothing.
// Resumes on a worker of `port`. engine/io/file.h is the comfortable way.
//
// With a token its cancellation is the operation's, which may then end before
// its time, and is not begun at all afterwards: ECANCELED at once, without a
// trip through the port. What has to happen in any case takes no token.
class [[nodiscard]] Perform : private Operation, private CancellationWatch {
 public:
  Perform(CompletionPort& port, const OperationRequest& what,
          CancellationToken token = {})
      : Operation(what), port_(port), token_(token) {}

  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> caller) {
    handle = caller;
    TraceOperationSubmit(&result, static_cast<int>(request.kind),
                         request.length);
    // Another worker may resume the caller once it is submitted.
    if (token_.source() == nullptr) {
      port_.Submit(*this);
      return true;
    }
    if (token_.source()->Watch(*this, [this] { port_.Submit(*this); })) {
      return true;
    }
    result.os_error = ECANCELED;
    return false;
  }
  OperationResult await_resume() {
    if (token_.source() != nullptr) token_.source()->Unwatch(*this);
    TraceOperationComplete(&result, static_cast<int>(request.kind),
                           result.os_error, result.value);
    return result;
  }

 private:
  void OnCancelled() override { port_.Cancel(*this); }

  CompletionPort& port_;
  const CancellationToken token_;
};

}  // namespace perfecthash
