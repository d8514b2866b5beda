#include "engine/io/completion_port_factory.h"

#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/io/completion_port_backends.h"

namespace perfecthash {

absl::StatusOr<IoBackend> ParseIoBackend(std::string_view name) {
  if (name == "auto") return IoBackend::kAuto;
  if (name == "io_uring") return IoBackend::kIoUring;
  if (name == "threads") return IoBackend::kThreads;
  return absl::InvalidArgumentError(
      absl::StrCat("unknown I/O backend '", std::string(name),
                   "' (choose auto, io_uring or threads)"));
}

std::uint64_t RandomSerial() {
  std::random_device random;
  return (std::uint64_t{random()} << 32) | random();
}

absl::StatusOr<CreatedCompletionPort> CreateCompletionPort(
    const CompletionPortOptions& options) {
  CreatedCompletionPort created;
  if (options.backend == IoBackend::kThreads) {
    ASSIGN_OR_RETURN(created.port, CreateThreadsPort(options));
    created.reason = "threads were asked for";
    return created;
  }
  auto ring = CreateIoUringPort(options);
  if (ring.ok()) {
    created.port = *std::move(ring);
    created.reason = "io_uring is available";
    return created;
  }
  const std::string refusal(ring.status().message());
  if (options.backend == IoBackend::kIoUring) {
    return absl::Status(
        ring.status().code(),
        absl::StrCat(refusal, "; allow it, or choose the backend threads"));
  }
  ASSIGN_OR_RETURN(created.port, CreateThreadsPort(options));
  created.reason = absl::StrCat("threads, because ", refusal);
  return created;
}

}  // namespace perfecthash
