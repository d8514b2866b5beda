#include <fcntl.h>

#include <cerrno>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/io/blocking_call.h"
#include "engine/io/queued_port.h"

namespace perfecthash {

QueuedPort::~QueuedPort() {
  CHECK(QueuedPort::Stats().outstanding_count() == 0);
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    blocking_or_stopping_.NotifyAll();
  }
  for (std::thread& thread : io_threads_) thread.join();
}

absl::Status QueuedPort::Attach(UniqueHandle::Native handle) {
  if (::fcntl(static_cast<int>(handle), F_GETFD) >= 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("cannot attach ", handle, ": it is not an open file"));
}

void QueuedPort::Post(Continuation& continuation) {
  Sleepers::Wake wake;
  MutexLock lock(mutex_);
  ++stats_.posted_count;
  ready_.PushBack(continuation);
  WakeForReady(wake);
}

void QueuedPort::Close() {
  MutexLock lock(mutex_);
  closed_ = true;
  WakeAll();
}

bool QueuedPort::closed() const {
  MutexLock lock(mutex_);
  return closed_;
}

CompletionPortStats QueuedPort::Stats() const {
  MutexLock lock(mutex_);
  CompletionPortStats stats = stats_;
  stats.ready_count = ready_.size();
  return stats;
}

int QueuedPort::thread_count() const {
  return static_cast<int>(io_threads_.size());
}

absl::Status QueuedPort::StartIoThreads(const CompletionPortOptions& options) {
  CHECK(options.thread_count > 0);
  for (int i = 0; i < options.thread_count; ++i) {
    try {
      io_threads_.emplace_back([this, start = options.on_thread_start] {
        if (start) start();
        RunIoThread();
      });
    } catch (const std::system_error& error) {
      return absl::ResourceExhaustedError(
          absl::StrCat("cannot start an I/O thread: ", error.what(),
                       " (raise the limit of processes: ulimit -u)"));
    }
  }
  return absl::OkStatus();
}

void QueuedPort::SubmitToIoThreads(Operation& operation) {
  {
    MutexLock lock(mutex_);
    Enqueue(operation, blocking_);
  }
  blocking_or_stopping_.NotifyOne();  // the woken thread needs the lock at once
}

Operation* QueuedPort::TakeBlocking() {
  MutexLock lock(mutex_);
  while (blocking_.empty()) {
    if (stopping_) return nullptr;
    blocking_or_stopping_.Wait(mutex_);
  }
  return &BeginFirst(blocking_);
}

void QueuedPort::RunIoThread() {
  while (Operation* const operation = TakeBlocking()) {
    const OperationResult result = CallBlocking(operation->request);
    Sleepers::Wake wake;
    MutexLock lock(mutex_);
    operation->result = result;
    Complete(*operation);
    // Still under the lock: who takes the completion may end the derived port.
    WakeForReady(wake);
  }
}

void QueuedPort::Enqueue(Operation& operation, ContinuationQueue& queue) {
  operation.result = {};
  StateOf(operation) = {.phase = Phase::kQueued, .cancelled = false};
  ++stats_.submitted_count;
  ++stats_.queued_count;
  queue.PushBack(operation);
}

Operation& QueuedPort::BeginFirst(ContinuationQueue& queue) {
  auto& operation = static_cast<Operation&>(*queue.PopFront());
  StateOf(operation).phase = Phase::kInFlight;
  --stats_.queued_count;
  stats_.CountInFlight();
  return operation;
}

void QueuedPort::Withdraw(Operation& operation, ContinuationQueue& queue,
                          Sleepers::Wake& wake) {
  queue.Remove(operation);
  operation.result.os_error = ECANCELED;
  Complete(operation);
  WakeForReady(wake);
}

void QueuedPort::Complete(Operation& operation) {
  State& state = StateOf(operation);
  --(state.phase == Phase::kQueued ? stats_.queued_count
                                   : stats_.in_flight_count);
  state.phase = Phase::kReady;
  stats_.CountCompletion(operation.result.os_error);
  ready_.PushBack(operation);
}

void QueuedPort::WakeForReady(Sleepers::Wake& wake) {
  if (sleepers_.WakeOne(wake)) ++stats_.wake_count;
}

void QueuedPort::WakeAll() { sleepers_.WakeAll(); }

std::size_t QueuedPort::TakeReady(absl::Span<Continuation*> ready) {
  std::size_t count = 0;
  while (count < ready.size() && !ready_.empty()) {
    ready[count++] = ready_.PopFront();
  }
  stats_.delivered_count += count;
  return count;
}

}  // namespace perfecthash
