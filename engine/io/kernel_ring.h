#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/coroutine/executor.h"
#include "engine/io/operation.h"

struct io_uring;

namespace perfecthash {

// What the io_uring backend keeps in an operation's reserved bytes.
struct RingOperationState {
  enum class Phase : std::uint8_t { kQueued, kInFlight, kReady };
  Phase phase = Phase::kQueued;  // by the port's lock
  bool cancelled = false;        // by the port's lock

  // The ring's, of kStoreFile: its place in the table of files, and what its
  // entries have come to so far.
  int slot = -1;
  int entries_left = 0;
  int os_error = 0;
  std::uint32_t written_bytes = 0;
  bool cancelling = false;
};
static_assert(sizeof(RingOperationState) <= Operation::kReservedBytes);

inline RingOperationState& RingState(Operation& operation) {
  return *reinterpret_cast<RingOperationState*>(operation.reserved);
}

// The kernel's two queues: entries go in, are submitted together, and come back
// as results. Used by one thread at a time.
class KernelRing {
 public:
  // For up to `depth` operations at once. Unavailable, with the reason, where
  // the kernel or a sandbox refuses it.
  static absl::StatusOr<std::unique_ptr<KernelRing>> Create(int depth);
  ~KernelRing();

  // Needs Linux 5.19, and that this process may have `depth` files open.
  bool stores_files() const { return stores_files_; }

  // Becomes readable when something has completed. Thread-safe.
  int descriptor() const;

  // The entries of the next Submit. At most one cancellation per operation.
  void Add(Operation& operation);
  void AddCancellation(Operation& operation);

  // False when the kernel has not taken all entries, being short of memory;
  // they stay for the next call.
  bool Submit();

  // Whether there are entries for it: a cancelled operation of several entries
  // is cancelled again when the one under way has ended well.
  bool wants_submit() const;

  // The operations that have completed since the last call, with their results.
  ContinuationQueue TakeCompleted();

 private:
  KernelRing();
  absl::Status SetUp(int depth);

  std::unique_ptr<struct io_uring> ring_;
  bool set_up_ = false;
  void AddStoreFile(Operation& operation);
  // Whether that was the operation's last entry; then its result is there.
  bool TakeStoreFile(Operation& operation, int value);

  bool stores_files_ = false;
  std::vector<int> free_slots_;  // of the ring's table of open files
  ContinuationQueue answered_;   // that needed no entry
};

}  // namespace perfecthash
