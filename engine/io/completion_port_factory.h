#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/io/completion_port.h"

namespace perfecthash {

enum class IoBackend { kAuto, kIoUring, kThreads, kIocp };

// "auto", "io_uring", "threads" or "iocp", whether this system has it or not.
absl::StatusOr<IoBackend> ParseIoBackend(std::string_view name);

struct CompletionPortOptions {
  IoBackend backend = IoBackend::kAuto;

  // Operations with the operating system at once, but for those of the I/O
  // threads; more wait in the port.
  int depth = 256;

  // Backend iocp: how many of the threads that wait may run at once; 0 for as
  // many as there are cpus.
  int concurrency = 0;

  // Backends io_uring and threads: the I/O threads that the port owns, to store
  // whole files. Of the latter they do everything, and are its depth.
  int thread_count = 2;

  // Called by each I/O thread first, to bind it to the node.
  std::function<void()> on_thread_start = {};
};

struct CreatedCompletionPort {
  std::unique_ptr<CompletionPort> port;
  // Why this backend, in words for the log: "io_uring is available".
  std::string reason;
};

// Chooses the backend at start-up: the best one that works here, or the one
// that was asked for. Fails with Unavailable and a remedy when the latter does
// not work here, or is another system's.
absl::StatusOr<CreatedCompletionPort> CreateCompletionPort(
    const CompletionPortOptions& options);

}  // namespace perfecthash
