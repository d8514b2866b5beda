#include "engine/base/check.h"
#include "engine/io/completion_port_backends.h"
#include "engine/io/queued_port.h"

namespace perfecthash {
namespace {

// All operations are done by the I/O threads.
class ThreadsPort : public QueuedPort {
 public:
  ThreadsPort() : QueuedPort(RandomSerial()) {}

  using QueuedPort::StartIoThreads;

  void Submit(Operation& operation) override { SubmitToIoThreads(operation); }
  void Cancel(Operation& operation) override;
  std::size_t Wait(absl::Span<Continuation*> ready,
                   std::chrono::nanoseconds timeout) override;
  std::string_view name() const override { return "threads"; }
};

void ThreadsPort::Cancel(Operation& operation) {
  // A close that did not happen would leave the file open for good.
  if (operation.request.kind == OperationKind::kClose) return;
  Sleepers::Wake wake;
  MutexLock lock(mutex_);
  if (StateOf(operation).phase == Phase::kQueued) {
    Withdraw(operation, blocking_, wake);
  }
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

}  // namespace

absl::StatusOr<std::unique_ptr<CompletionPort>> CreateThreadsPort(
    const CompletionPortOptions& options) {
  auto port = std::make_unique<ThreadsPort>();
  if (absl::Status started = port->StartIoThreads(options); !started.ok()) {
    return started;
  }
  return port;
}

}  // namespace perfecthash
