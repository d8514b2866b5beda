#include <fcntl.h>
#include <liburing.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/os_error.h"
#include "engine/io/blocking_call.h"
#include "engine/io/kernel_ring.h"

namespace perfecthash {
namespace {

// What the kernel must know; the youngest, mkdirat, came with Linux 5.15.
constexpr int kNeededOpcodes[] = {IORING_OP_OPENAT,   IORING_OP_READ,
                                  IORING_OP_WRITE,    IORING_OP_CLOSE,
                                  IORING_OP_RENAMEAT, IORING_OP_UNLINKAT,
                                  IORING_OP_MKDIRAT,  IORING_OP_ASYNC_CANCEL};

void Prepare(io_uring_sqe* entry, Operation& operation) {
  const OperationRequest& request = operation.request;
  const int file = static_cast<int>(request.file);
  switch (request.kind) {
    case OperationKind::kOpenForRead:
      // Non-blocking, lest a named pipe without a writer hold a kernel thread.
      io_uring_prep_openat(entry, AT_FDCWD, request.path,
                           O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0);
      break;
    case OperationKind::kCreateExclusive:
      io_uring_prep_openat(entry, AT_FDCWD, request.path,
                           O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      break;
    case OperationKind::kSize:
    case OperationKind::kStoreFile:
      CheckFailed("an operation of the ring", __FILE__, __LINE__);
    case OperationKind::kRead:
      io_uring_prep_read(entry, file, request.memory, request.length,
                         request.offset);
      break;
    case OperationKind::kWrite:
      io_uring_prep_write(entry, file, request.memory, request.length,
                          request.offset);
      break;
    case OperationKind::kClose:
      io_uring_prep_close(entry, file);
      break;
    case OperationKind::kRename:
      io_uring_prep_renameat(entry, AT_FDCWD, request.path, AT_FDCWD,
                             request.new_path, 0);
      break;
    case OperationKind::kUnlink:
      io_uring_prep_unlinkat(entry, AT_FDCWD, request.path, 0);
      break;
    case OperationKind::kMakeDirectory:
      io_uring_prep_mkdirat(entry, AT_FDCWD, request.path, 0777);
      break;
  }
  io_uring_sqe_set_data(entry, &operation);
}

OperationResult ResultOf(Operation& operation, int value) {
  if (value < 0) return {.os_error = -value};
  if (operation.request.kind == OperationKind::kOpenForRead) {
    // Non-blocking was for the opening alone: kernels such as 6.1 fail a read
    // of a non-blocking file with EAGAIN when its disk has no non-blocking
    // reads (dm-crypt, some RAIDs).
    (void)::fcntl(value, F_SETFL, 0);
  }
  return {.value = value};
}

io_uring_sqe* NextEntry(io_uring& ring) {
  io_uring_sqe* const entry = io_uring_get_sqe(&ring);
  CHECK(entry != nullptr);  // there are twice as many as the depth
  return entry;
}

}  // namespace

absl::StatusOr<std::unique_ptr<KernelRing>> KernelRing::Create(int depth) {
  CHECK(depth > 0);
  std::unique_ptr<KernelRing> ring(new KernelRing);
  if (absl::Status set_up = ring->SetUp(depth); !set_up.ok()) return set_up;
  return ring;
}

KernelRing::KernelRing() : ring_(std::make_unique<struct io_uring>()) {}

KernelRing::~KernelRing() {
  if (set_up_) io_uring_queue_exit(ring_.get());
}

absl::Status KernelRing::SetUp(int depth) {
  const auto unavailable = [](const std::string& why) {
    return absl::UnavailableError(absl::StrCat("io_uring is refused: ", why));
  };
  // Twice the depth, because every operation may be followed by its
  // cancellation. The completion queue is twice as long again.
  const int error = io_uring_queue_init(static_cast<unsigned>(2 * depth),
                                        ring_.get(), IORING_SETUP_CLAMP);
  if (error == -ENOSYS) {
    return unavailable(
        "this kernel has none, or a container's seccomp profile hides it");
  }
  if (error == -EPERM) {
    return unavailable(
        "the sysctl kernel.io_uring_disabled or a sandbox forbids it");
  }
  if (error != 0) {
    return unavailable(
        std::string(OsErrorToStatus(-error, "set up a ring").message()));
  }
  set_up_ = true;
  io_uring_probe* const probe = io_uring_get_probe_ring(ring_.get());
  const bool complete =
      probe != nullptr &&
      std::all_of(std::begin(kNeededOpcodes), std::end(kNeededOpcodes),
                  [probe](int opcode) {
                    return io_uring_opcode_supported(probe, opcode) != 0;
                  });
  io_uring_free_probe(probe);
  if (!complete) return unavailable("it needs Linux 5.15 or newer");
  return absl::OkStatus();
}

int KernelRing::descriptor() const { return ring_->ring_fd; }

void KernelRing::Add(Operation& operation) {
  if (operation.request.kind == OperationKind::kSize) {
    // The kernel would hand it to a thread of its own, which costs more than
    // the answer that is there since the file was opened.
    operation.result = CallBlocking(operation.request);
    answered_.PushBack(operation);
    return;
  }
  Prepare(NextEntry(*ring_), operation);
}

void KernelRing::AddCancellation(Operation& operation) {
  io_uring_sqe* const entry = NextEntry(*ring_);
  io_uring_prep_cancel(entry, &operation, 0);
  io_uring_sqe_set_data(entry, nullptr);
}

bool KernelRing::Submit() {
  while (io_uring_sq_ready(ring_.get()) > 0) {
    const int count = io_uring_submit(ring_.get());
    if (count <= 0 && count != -EINTR) return false;
  }
  return true;
}

ContinuationQueue KernelRing::TakeCompleted() {
  ContinuationQueue completed = std::move(answered_);
  io_uring_cqe* entry = nullptr;
  while (io_uring_peek_cqe(ring_.get(), &entry) == 0) {
    auto* operation = static_cast<Operation*>(io_uring_cqe_get_data(entry));
    const int value = entry->res;
    io_uring_cqe_seen(ring_.get(), entry);
    if (operation == nullptr) continue;  // the answer to a cancellation
    operation->result = ResultOf(*operation, value);
    completed.PushBack(*operation);
  }
  return completed;
}

}  // namespace perfecthash
