#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "engine/coroutine/executor.h"
#include "engine/io/operation.h"

struct io_uring;

namespace perfecthash {

// The kernel's two queues: entries go in, are submitted together, and come back
// as results. Used by one thread at a time.
class KernelRing {
 public:
  // For up to `depth` operations at once. Unavailable, with the reason, where
  // the kernel or a sandbox refuses it.
  static absl::StatusOr<std::unique_ptr<KernelRing>> Create(int depth);
  ~KernelRing();

  // Becomes readable when something has completed. Thread-safe.
  int descriptor() const;

  // The entries of the next Submit. At most one cancellation per operation.
  void Add(Operation& operation);
  void AddCancellation(Operation& operation);

  // False when the kernel has not taken all entries, being short of memory;
  // they stay for the next call.
  bool Submit();

  // The operations that have completed since the last call, with their results.
  ContinuationQueue TakeCompleted();

 private:
  KernelRing();
  absl::Status SetUp(int depth);

  std::unique_ptr<struct io_uring> ring_;
  bool set_up_ = false;
  ContinuationQueue answered_;  // that needed no entry
};

}  // namespace perfecthash
