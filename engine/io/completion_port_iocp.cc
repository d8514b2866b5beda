#include <windows.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/mutex.h"
#include "engine/base/os_error.h"
#include "engine/base/unique_handle.h"
#include "engine/base/windows_file.h"
#include "engine/io/blocking_call.h"
#include "engine/io/completion_port_backends.h"
#include "engine/io/sleepers.h"

namespace perfecthash {
namespace {

// What one call takes out of the kernel's queue at most.
constexpr std::size_t kBatchMax = 32;

// What a packet is, told by its completion key.
enum class Packet : ULONG_PTR {
  kTransfer = 1,  // from the kernel: a read or write has ended
  kCall,          // an operation that its receiver is to carry out
  kReady,         // a continuation, or an operation that has ended
  kWake,          // the port was closed
};

enum class Phase : std::uint8_t {
  kQueued,
  kStarting,  // by the thread that submits it, without the lock
  kRunning,   // with the kernel, or in a blocking call
  kArrived,   // its packet was faster than the thread that still starts it
  kDone,
};

// What an operation's reserved bytes hold; by the port's lock, but for what is
// the kernel's while the operation runs.
struct State {
  OVERLAPPED overlapped = {};  // first: its address is what the kernel returns
  Operation* operation = nullptr;
  Phase phase = Phase::kQueued;
  bool cancelled = false;
};
static_assert(sizeof(State) <= Operation::kReservedBytes);

State& StateOf(Operation& operation) {
  return *reinterpret_cast<State*>(operation.reserved);
}

// The rest has no asynchronous form on Windows.
bool IsTransfer(const Operation& operation) {
  return operation.request.kind == OperationKind::kRead ||
         operation.request.kind == OperationKind::kWrite;
}

HANDLE ToHandle(UniqueHandle::Native native) {
  return reinterpret_cast<HANDLE>(native);
}

OperationResult TransferResult(OperationKind kind, DWORD error, DWORD bytes) {
  const bool at_end = kind == OperationKind::kRead && error == ERROR_HANDLE_EOF;
  if (error != ERROR_SUCCESS && !at_end) {
    return {.os_error = FromWindowsError(error)};
  }
  return {.value = static_cast<std::int64_t>(bytes)};
}

// The kernel's own port: it queues what has completed and what was posted, and
// wakes as many threads as may run. Reads and writes are started by the thread
// that submits them. What Windows does only by blocking calls (to open, close
// or rename a file, and so to store one) goes through the queue too: the worker
// that receives it makes the call and has it completed at once, so the port
// needs no threads.
class IocpPort : public CompletionPort {
 public:
  explicit IocpPort(int depth)
      : CompletionPort(RandomSerial()),
        depth_(static_cast<std::size_t>(depth)) {}
  ~IocpPort() override { CHECK(Stats().outstanding_count() == 0); }

  absl::Status Start(int concurrency);

  absl::Status Attach(UniqueHandle::Native handle) override;
  void Submit(Operation& operation) override;
  void Post(Continuation& continuation) override;
  void Cancel(Operation& operation) override;
  std::size_t Wait(absl::Span<Continuation*> ready,
                   std::chrono::nanoseconds timeout) override;
  void Close() override;
  bool closed() const override;
  CompletionPortStats Stats() const override;
  std::string_view name() const override { return "iocp"; }

 private:
  void Send(Packet packet, void* what);
  // The continuation that is ready by it; null when there is none.
  Continuation* Receive(const OVERLAPPED_ENTRY& entry);
  Continuation* ReceiveTransfer(Operation& operation);

  void BeginTransfer(Operation& operation)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void StartTransfer(Operation& operation);
  void StartQueued();

  void CarryOut(Operation& operation);
  OperationResult Call(const OperationRequest& request);

  void Complete(Operation& operation, const OperationResult& result)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::size_t depth_;
  UniqueHandle port_;

  mutable Mutex mutex_;
  // Reads and writes above the depth.
  ContinuationQueue queued_ ABSL_GUARDED_BY(mutex_);
  CompletionPortStats stats_ ABSL_GUARDED_BY(mutex_);
  // Operations in packets of the kind kCall.
  std::uint64_t call_count_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

absl::Status IocpPort::Start(int concurrency) {
  const HANDLE port = ::CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0,
                                               static_cast<DWORD>(concurrency));
  if (port == nullptr) {
    return OsErrorToStatus(LastWindowsError(), "make an I/O completion port");
  }
  port_.Reset(reinterpret_cast<UniqueHandle::Native>(port));
  return absl::OkStatus();
}

absl::Status IocpPort::Attach(UniqueHandle::Native handle) {
  if (::CreateIoCompletionPort(ToHandle(handle), ToHandle(port_.get()),
                               static_cast<ULONG_PTR>(Packet::kTransfer),
                               0) != nullptr) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "cannot attach ", handle,
      ": it is not open, not for overlapped use, or another port's"));
}

void IocpPort::Submit(Operation& operation) {
  operation.result = {};
  StateOf(operation) = {.operation = &operation};
  const bool transfer = IsTransfer(operation);
  {
    MutexLock lock(mutex_);
    ++stats_.submitted_count;
    if (!transfer) {
      ++call_count_;
    } else if (stats_.in_flight_count < depth_) {
      BeginTransfer(operation);
    } else {
      queued_.PushBack(operation);
      return;
    }
  }
  if (transfer) {
    StartTransfer(operation);
  } else {
    Send(Packet::kCall, &operation);
  }
}

void IocpPort::Post(Continuation& continuation) {
  {
    MutexLock lock(mutex_);
    ++stats_.posted_count;
    ++stats_.ready_count;
  }
  Send(Packet::kReady, &continuation);
}

void IocpPort::Cancel(Operation& operation) {
  // A close that did not happen would leave the file open for good.
  if (operation.request.kind == OperationKind::kClose) return;
  State& state = StateOf(operation);
  {
    MutexLock lock(mutex_);
    if (state.phase == Phase::kArrived || state.phase == Phase::kDone) return;
    state.cancelled = true;  // looked at by who has it now, or
    if (!IsTransfer(operation)) return;
    if (state.phase == Phase::kRunning) {
      // It cannot be handed out, and its address given to another one, while
      // this thread has the lock.
      ::CancelIoEx(ToHandle(operation.request.file), &state.overlapped);
    }
    if (state.phase != Phase::kQueued) return;
    queued_.Remove(operation);
    Complete(operation, {.os_error = ECANCELED});
    ++stats_.ready_count;
  }
  Send(Packet::kReady, static_cast<Continuation*>(&operation));
}

std::size_t IocpPort::Wait(absl::Span<Continuation*> ready,
                           std::chrono::nanoseconds timeout) {
  CHECK(!ready.empty());
  const bool polls = timeout.count() <= 0;
  const Clock::time_point deadline =
      polls ? Clock::time_point::min() : DeadlineAfter(timeout);
  bool woken = false;
  OVERLAPPED_ENTRY entries[kBatchMax];
  for (;;) {
    // Less than for ever: then it looks at the deadline again.
    const auto milliseconds = static_cast<DWORD>(
        polls || closed()
            ? 0
            : std::min<std::int64_t>(TimeLeft(deadline).count(), INFINITE - 1));
    ULONG entry_count = 0;
    if (!::GetQueuedCompletionStatusEx(
            ToHandle(port_.get()), entries,
            static_cast<ULONG>(std::min(ready.size(), kBatchMax)), &entry_count,
            milliseconds, FALSE)) {
      CHECK(::GetLastError() == WAIT_TIMEOUT);
      if (milliseconds == 0 || Clock::now() >= deadline) return 0;
      continue;
    }
    std::size_t count = 0;
    bool wake = false;
    for (const OVERLAPPED_ENTRY& entry : absl::MakeSpan(entries, entry_count)) {
      wake = wake ||
             entry.lpCompletionKey == static_cast<ULONG_PTR>(Packet::kWake);
      Continuation* const continuation = Receive(entry);
      if (continuation != nullptr) ready[count++] = continuation;
    }
    StartQueued();
    if (count > 0) {
      MutexLock lock(mutex_);
      stats_.delivered_count += count;
      return count;
    }
    // The packet that wakes goes round and round: when it comes back first,
    // nothing else was behind it.
    if (wake && std::exchange(woken, true)) return 0;
  }
}

void IocpPort::Close() {
  {
    MutexLock lock(mutex_);
    if (std::exchange(closed_, true)) return;
  }
  Send(Packet::kWake, nullptr);
}

bool IocpPort::closed() const {
  MutexLock lock(mutex_);
  return closed_;
}

CompletionPortStats IocpPort::Stats() const {
  MutexLock lock(mutex_);
  CompletionPortStats stats = stats_;
  stats.queued_count = queued_.size() + call_count_;
  return stats;
}

void IocpPort::Send(Packet packet, void* what) {
  while (!::PostQueuedCompletionStatus(ToHandle(port_.get()), 0,
                                       static_cast<ULONG_PTR>(packet),
                                       static_cast<OVERLAPPED*>(what))) {
    // Nothing may be lost, so it waits for the kernel to have memory again.
    CHECK(LastWindowsError() == ENOMEM);
    ::Sleep(1);
  }
}

Continuation* IocpPort::Receive(const OVERLAPPED_ENTRY& entry) {
  void* const what = entry.lpOverlapped;
  switch (static_cast<Packet>(entry.lpCompletionKey)) {
    case Packet::kTransfer:
      return ReceiveTransfer(*reinterpret_cast<State*>(what)->operation);
    case Packet::kCall:
      CarryOut(*static_cast<Operation*>(what));
      return static_cast<Operation*>(what);
    case Packet::kReady:
      break;
    case Packet::kWake:
      Send(Packet::kWake, nullptr);  // the next one sleeps, or will look
      return nullptr;
  }
  MutexLock lock(mutex_);
  --stats_.ready_count;
  return static_cast<Continuation*>(what);
}

Continuation* IocpPort::ReceiveTransfer(Operation& operation) {
  State& state = StateOf(operation);
  DWORD bytes = 0;
  const BOOL succeeded = ::GetOverlappedResult(
      ToHandle(operation.request.file), &state.overlapped, &bytes, FALSE);
  const DWORD error = succeeded ? ERROR_SUCCESS : ::GetLastError();
  MutexLock lock(mutex_);
  const bool still_starting = state.phase == Phase::kStarting;
  --stats_.in_flight_count;
  Complete(operation, TransferResult(operation.request.kind, error, bytes));
  if (!still_starting) return &operation;
  state.phase = Phase::kArrived;
  ++stats_.ready_count;
  return nullptr;
}

void IocpPort::BeginTransfer(Operation& operation) {
  StateOf(operation).phase = Phase::kStarting;
  stats_.CountInFlight();
}

void IocpPort::StartTransfer(Operation& operation) {
  const OperationRequest& request = operation.request;
  State& state = StateOf(operation);
  state.overlapped.Offset = static_cast<DWORD>(request.offset);
  state.overlapped.OffsetHigh = static_cast<DWORD>(request.offset >> 32);
  const BOOL succeeded =
      request.kind == OperationKind::kRead
          ? ::ReadFile(ToHandle(request.file), request.memory, request.length,
                       nullptr, &state.overlapped)
          : ::WriteFile(ToHandle(request.file), request.memory, request.length,
                        nullptr, &state.overlapped);
  const DWORD error = succeeded ? ERROR_SUCCESS : ::GetLastError();
  {
    MutexLock lock(mutex_);
    if (error != ERROR_SUCCESS && error != ERROR_IO_PENDING) {
      // It did not start: there will be no packet.
      --stats_.in_flight_count;
      Complete(operation, TransferResult(request.kind, error, 0));
      ++stats_.ready_count;
    } else if (state.phase == Phase::kStarting) {
      state.phase = Phase::kRunning;
      if (state.cancelled) {
        ::CancelIoEx(ToHandle(request.file), &state.overlapped);
      }
      return;
    }
    state.phase = Phase::kDone;
  }
  Send(Packet::kReady, static_cast<Continuation*>(&operation));
}

void IocpPort::StartQueued() {
  for (;;) {
    Operation* operation = nullptr;
    {
      MutexLock lock(mutex_);
      if (stats_.in_flight_count >= depth_ || queued_.empty()) return;
      operation = static_cast<Operation*>(queued_.PopFront());
      BeginTransfer(*operation);
    }
    StartTransfer(*operation);
  }
}

void IocpPort::CarryOut(Operation& operation) {
  State& state = StateOf(operation);
  {
    MutexLock lock(mutex_);
    --call_count_;
    if (state.cancelled) {
      return Complete(operation, {.os_error = ECANCELED});
    }
    state.phase = Phase::kRunning;
    stats_.CountInFlight();
  }
  const OperationResult result = Call(operation.request);
  MutexLock lock(mutex_);
  --stats_.in_flight_count;
  Complete(operation, result);
}

OperationResult IocpPort::Call(const OperationRequest& request) {
  const OperationResult result = CallBlocking(request);
  const bool opened = request.kind == OperationKind::kOpenForRead ||
                      request.kind == OperationKind::kCreateExclusive;
  if (!opened || result.os_error != 0) return result;
  UniqueHandle file(static_cast<UniqueHandle::Native>(result.value));
  if (!Attach(file.get()).ok()) return {.os_error = EIO};
  return {.value = file.Release()};
}

void IocpPort::Complete(Operation& operation, const OperationResult& result) {
  StateOf(operation).phase = Phase::kDone;
  operation.result = result;
  stats_.CountCompletion(result.os_error);
}

}  // namespace

absl::StatusOr<std::unique_ptr<CompletionPort>> CreateIocpPort(
    const CompletionPortOptions& options) {
  auto port = std::make_unique<IocpPort>(options.depth);
  absl::Status started = port->Start(options.concurrency);
  if (!started.ok()) return started;
  return port;
}

}  // namespace perfecthash
