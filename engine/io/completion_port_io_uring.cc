#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/os_error.h"
#include "engine/base/status_macros.h"
#include "engine/base/unique_handle.h"
#include "engine/io/completion_port_backends.h"
#include "engine/io/kernel_ring.h"
#include "engine/io/queued_port.h"

namespace perfecthash {
namespace {

// How soon to try again when the kernel was short of memory for a submission.
constexpr std::chrono::milliseconds kRetryInterval{1};

// The port that handed this thread what it resumes now, and to which it will
// come back; 0 for none.
thread_local std::uint64_t working_for = 0;

// Whole files are stored by the I/O threads: the kernel would hand nearly every
// step to a thread of its own.
bool IsForIoThreads(const Operation& operation) {
  return operation.request.kind == OperationKind::kStoreFile;
}

// All else goes through one ring, tended by one of the waiting threads at a
// time: it submits all that is queued with one system call and takes in what
// the kernel completed. Of the threads that find nothing to do one sleeps on
// the ring, the others on a condition; who leaves with work wakes another one
// if there is need. A thread may tend the ring while another one sleeps on it.
//
// Everything goes through mutex_ between the thread that submits, the one that
// tends the ring and the one that takes the completion. So ThreadSanitizer
// sees the order of events, although it cannot see the kernel.
class IoUringPort : public QueuedPort {
 public:
  explicit IoUringPort(int depth)
      : QueuedPort(RandomSerial()), depth_(static_cast<std::size_t>(depth)) {}

  absl::Status Start(const CompletionPortOptions& options);

  void Submit(Operation& operation) override;
  void Cancel(Operation& operation) override;
  std::size_t Wait(absl::Span<Continuation*> ready,
                   std::chrono::nanoseconds timeout) override;
  std::string_view name() const override { return "io_uring"; }

 private:
  std::size_t Take(absl::Span<Continuation*> ready, Sleepers::Wake& wake)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Whether the ring has something to do, or to hand out.
  bool RingIsBusy() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return in_ring_count_ > 0 || !queued_.empty();
  }
  // Whether tending the ring would hand something to the kernel.
  bool CanSubmit() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return retry_ || !cancels_.empty() ||
           (!queued_.empty() && in_ring_count_ < depth_);
  }

  // Lets go of the mutex in between; ring_tended_ keeps others off.
  void TendRing() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // On the ring, or elsewhere if somebody sleeps there already. True when it
  // was woken by another thread.
  bool Sleep(Clock::time_point deadline) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool SleepOnRing(Clock::time_point deadline)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  void WakeRingSleeper() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Somebody has to tend the ring soon, but no worker has to interrupt itself.
  void WakeForRing(Sleepers::Wake& wake) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WakeForReady(Sleepers::Wake& wake) override
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WakeAll() override ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  ContinuationQueue TakeSubmittable() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::uint64_t id_ = RandomSerial();
  const std::size_t depth_;
  std::unique_ptr<KernelRing> ring_;  // used by who tends it
  UniqueHandle wake_;  // an eventfd that interrupts the sleep on the ring

  ContinuationQueue queued_ ABSL_GUARDED_BY(mutex_);  // of Operations
  std::size_t in_ring_count_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<Operation*> cancels_ ABSL_GUARDED_BY(mutex_);  // in the ring
  bool ring_tended_ ABSL_GUARDED_BY(mutex_) = false;
  bool ring_slept_on_ ABSL_GUARDED_BY(mutex_) = false;
  bool wake_sent_ ABSL_GUARDED_BY(mutex_) = false;
  // The kernel did not take every entry of the last submission.
  bool retry_ ABSL_GUARDED_BY(mutex_) = false;
};

absl::Status IoUringPort::Start(const CompletionPortOptions& options) {
  ASSIGN_OR_RETURN(ring_, KernelRing::Create(static_cast<int>(depth_)));
  wake_.Reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake_.valid()) return OsErrorToStatus(errno, "make an eventfd");
  return StartIoThreads(options);
}

void IoUringPort::Submit(Operation& operation) {
  if (IsForIoThreads(operation)) return SubmitToIoThreads(operation);
  Sleepers::Wake wake;
  MutexLock lock(mutex_);
  Enqueue(operation, queued_);
  // A worker of this port will come and start it: to wake another one for each
  // step of a task would only send the task back and forth between them.
  if (working_for != id_) WakeForRing(wake);
}

void IoUringPort::Cancel(Operation& operation) {
  // A close that did not happen would leave the file open for good.
  if (operation.request.kind == OperationKind::kClose) return;
  Sleepers::Wake wake;
  MutexLock lock(mutex_);
  State& state = StateOf(operation);
  const bool for_ring = !IsForIoThreads(operation);
  if (state.phase == Phase::kQueued) {
    Withdraw(operation, for_ring ? queued_ : blocking_, wake);
  } else if (state.phase == Phase::kInFlight && for_ring && !state.cancelled) {
    state.cancelled = true;
    cancels_.push_back(&operation);
    WakeForRing(wake);
  }
}

std::size_t IoUringPort::Wait(absl::Span<Continuation*> ready,
                              std::chrono::nanoseconds timeout) {
  CHECK(!ready.empty());
  const bool polls = timeout.count() <= 0;
  Clock::time_point deadline{};  // reckoned when it comes to sleeping
  // A worker that is woken in vain, because another one was faster, comes back
  // with a new timeout.
  bool woken = false;
  Sleepers::Wake wake;
  MutexLock lock(mutex_);
  for (;;) {
    if (RingIsBusy() && !ring_tended_) TendRing();
    if (!ready_.empty() || closed_ || polls || woken) return Take(ready, wake);
    if (deadline == Clock::time_point{}) deadline = DeadlineAfter(timeout);
    if (Clock::now() >= deadline) return Take(ready, wake);
    if (ring_tended_) {
      // Who tends it looks at everything again before it sleeps or leaves.
      woken = sleepers_.Sleep(mutex_, deadline);
    } else if (retry_ || !CanSubmit()) {
      woken = Sleep(deadline);
    }
  }
}

std::size_t IoUringPort::Take(absl::Span<Continuation*> ready,
                              Sleepers::Wake& wake) {
  const std::size_t count = TakeReady(ready);
  working_for = count > 0 ? id_ : 0;
  if (count == 0) return 0;  // it is back at once
  // Before this thread goes off to work: is there need for another one?
  if (!ready_.empty()) {
    WakeForReady(wake);
  } else if (RingIsBusy()) {
    WakeForRing(wake);
  }
  return count;
}

void IoUringPort::WakeRingSleeper() {
  if (!ring_slept_on_ || wake_sent_) return;
  wake_sent_ = true;
  ++stats_.wake_count;
  const std::uint64_t one = 1;
  CHECK(::write(static_cast<int>(wake_.get()), &one, sizeof(one)) ==
        sizeof(one));
}

void IoUringPort::WakeForRing(Sleepers::Wake& wake) {
  if (ring_tended_) return;  // by one who looks at everything again
  if (ring_slept_on_) {
    // The kernel itself wakes it for completions.
    if (CanSubmit()) WakeRingSleeper();
  } else if (sleepers_.WakeOne(wake)) {
    ++stats_.wake_count;
  }
}

void IoUringPort::WakeForReady(Sleepers::Wake& wake) {
  if (sleepers_.WakeOne(wake)) {
    ++stats_.wake_count;
  } else {
    WakeRingSleeper();
  }
}

void IoUringPort::WakeAll() {
  sleepers_.WakeAll();
  WakeRingSleeper();
}

void IoUringPort::TendRing() {
  ring_tended_ = true;
  ContinuationQueue operations = TakeSubmittable();
  const std::vector<Operation*> cancels = std::move(cancels_);
  cancels_.clear();
  const bool submits = retry_ || !operations.empty() || !cancels.empty();

  mutex_.Unlock();
  while (Continuation* continuation = operations.PopFront()) {
    ring_->Add(static_cast<Operation&>(*continuation));
  }
  for (Operation* operation : cancels) ring_->AddCancellation(*operation);
  const bool submitted = !submits || ring_->Submit();
  // Before a cancellation has been handed over, its target may not complete:
  // its address might then stand for another operation.
  ContinuationQueue completed;
  if (submitted) completed = ring_->TakeCompleted();
  mutex_.Lock();

  retry_ = !submitted;
  ring_tended_ = false;
  in_ring_count_ -= completed.size();
  while (Continuation* continuation = completed.PopFront()) {
    auto& operation = static_cast<Operation&>(*continuation);
    if (StateOf(operation).cancelled) {
      std::erase(cancels_, &operation);
      // It may have been interrupted instead.
      int& os_error = operation.result.os_error;
      if (os_error == EINTR) os_error = ECANCELED;
    }
    Complete(operation);
  }
}

ContinuationQueue IoUringPort::TakeSubmittable() {
  ContinuationQueue operations;
  while (in_ring_count_ < depth_ && !queued_.empty()) {
    operations.PushBack(BeginFirst(queued_));
    ++in_ring_count_;
  }
  return operations;
}

bool IoUringPort::Sleep(Clock::time_point deadline) {
  if (retry_) deadline = std::min(deadline, Clock::now() + kRetryInterval);
  if (ring_slept_on_) return sleepers_.Sleep(mutex_, deadline);
  return SleepOnRing(deadline);
}

bool IoUringPort::SleepOnRing(Clock::time_point deadline) {
  ring_slept_on_ = true;
  mutex_.Unlock();
  pollfd files[] = {
      {.fd = ring_->descriptor(), .events = POLLIN, .revents = 0},
      {.fd = static_cast<int>(wake_.get()), .events = POLLIN, .revents = 0}};
  const auto left = std::max(deadline - Clock::now(), Clock::duration::zero());
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
  const timespec timeout = {.tv_sec = seconds.count(),
                            .tv_nsec = (left - seconds).count()};
  // Whatever ends it, the caller looks at everything again.
  (void)::ppoll(files, 2, &timeout, nullptr);
  mutex_.Lock();
  ring_slept_on_ = false;
  if (!wake_sent_) return false;
  wake_sent_ = false;
  std::uint64_t count = 0;
  CHECK(::read(static_cast<int>(wake_.get()), &count, sizeof(count)) ==
        sizeof(count));
  return true;
}

}  // namespace

absl::StatusOr<std::unique_ptr<CompletionPort>> CreateIoUringPort(
    const CompletionPortOptions& options) {
  auto port = std::make_unique<IoUringPort>(options.depth);
  if (absl::Status started = port->Start(options); !started.ok()) {
    return started;
  }
  return port;
}

}  // namespace perfecthash
