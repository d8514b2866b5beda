#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/io/completion_port_factory.h"

namespace perfecthash {

// The backends, each in one file of its own: completion_port_<backend>.cc. The
// build compiles in those of its platform.

// Unavailable, saying why, where the kernel or a sandbox refuses it.
absl::StatusOr<std::unique_ptr<CompletionPort>> CreateIoUringPort(
    const CompletionPortOptions& options);

// Plain blocking system calls on threads of the port.
absl::StatusOr<std::unique_ptr<CompletionPort>> CreateThreadsPort(
    const CompletionPortOptions& options);

// Windows' own completion ports.
absl::StatusOr<std::unique_ptr<CompletionPort>> CreateIocpPort(
    const CompletionPortOptions& options);

struct CompletionPortBackend {
  IoBackend backend;
  absl::StatusOr<std::unique_ptr<CompletionPort>> (*create)(
      const CompletionPortOptions& options);
};

// Those of this platform, the best one first.
absl::Span<const CompletionPortBackend> PlatformBackends();

// A start for CompletionPort::NextSerial() that another process, or this one
// before it was killed, hardly had.
std::uint64_t RandomSerial();

}  // namespace perfecthash
