#include <pthread.h>

#include <cerrno>
#include <system_error>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/os_error.h"
#include "engine/io/blocking_call.h"
#include "engine/io/completion_port_backends.h"
#include "engine/io/queued_port.h"

namespace perfecthash {
namespace {

struct ThreadsOperationState {
  bool queued;
};
static_assert(sizeof(ThreadsOperationState) <= Operation::kReservedBytes);

ThreadsOperationState& State(Operation& operation) {
  return *reinterpret_cast<ThreadsOperationState*>(operation.reserved);
}

// Operations wait in one queue for the next free I/O thread, which does them by
// a blocking call.
class ThreadsPort : public QueuedPort {
 public:
  ThreadsPort() : QueuedPort(RandomSerial()) {}
  ~ThreadsPort() override;

  absl::Status Start(const CompletionPortOptions& options);

  void Submit(Operation& operation) override;
  void Cancel(Operation& operation) override;
  std::size_t Wait(absl::Span<Continuation*> ready,
                   std::chrono::nanoseconds timeout) override;
  bool stores_files() const override { return true; }
  int thread_count() const override {
    return static_cast<int>(threads_.size());
  }
  std::string_view name() const override { return "threads"; }

 private:
  void RunIoThread();
  // Sleeps until there is one; null at the end.
  Operation* TakeQueued();

  Condition queued_or_stopping_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;

  std::vector<std::thread> threads_;
};

absl::Status ThreadsPort::Start(const CompletionPortOptions& options) {
  CHECK(options.thread_count > 0);
  for (int i = 0; i < options.thread_count; ++i) {
    try {
      threads_.emplace_back([this, start = options.on_thread_start] {
        ::pthread_setname_np(::pthread_self(), "io");
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

ThreadsPort::~ThreadsPort() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    queued_or_stopping_.NotifyAll();
  }
  for (std::thread& thread : threads_) thread.join();
}

void ThreadsPort::Submit(Operation& operation) {
  operation.result = {};
  {
    MutexLock lock(mutex_);
    ++stats_.submitted_count;
    State(operation).queued = true;
    queued_.PushBack(operation);
  }
  queued_or_stopping_.NotifyOne();  // the woken thread needs the lock at once
}

void ThreadsPort::Cancel(Operation& operation) {
  // A close that did not happen would leave the file open for good.
  if (operation.request.kind == OperationKind::kClose) return;
  Sleepers::Wake wake;
  MutexLock lock(mutex_);
  if (!State(operation).queued) return;
  State(operation).queued = false;
  queued_.Remove(operation);
  operation.result.os_error = ECANCELED;
  Complete(operation);
  WakeForReady(wake);
}

std::size_t ThreadsPort::Wait(absl::Span<Continuation*> ready,
                              std::chrono::nanoseconds timeout) {
  CHECK(!ready.empty());
  MutexLock lock(mutex_);
  // Once: a worker that is woken in vain, because another one was faster, comes
  // back with a new timeout.
  if (ready_.empty() && !closed_ && timeout.count() > 0) {
    sleepers_.Sleep(mutex_, DeadlineAfter(timeout));
  }
  return TakeReady(ready);
}

Operation* ThreadsPort::TakeQueued() {
  MutexLock lock(mutex_);
  while (queued_.empty()) {
    if (stopping_) return nullptr;
    queued_or_stopping_.Wait(mutex_);
  }
  auto& operation = static_cast<Operation&>(*queued_.PopFront());
  State(operation).queued = false;
  stats_.CountInFlight();
  return &operation;
}

void ThreadsPort::RunIoThread() {
  while (Operation* const operation = TakeQueued()) {
    const OperationResult result = CallBlocking(operation->request);
    Sleepers::Wake wake;
    MutexLock lock(mutex_);
    operation->result = result;
    --stats_.in_flight_count;
    Complete(*operation);
    WakeForReady(wake);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<CompletionPort>> CreateThreadsPort(
    const CompletionPortOptions& options) {
  auto port = std::make_unique<ThreadsPort>();
  if (absl::Status started = port->Start(options); !started.ok()) {
    return started;
  }
  return port;
}

}  // namespace perfecthash
