#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <list>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/base/mutex.h"
#include "engine/memory/buffer.h"
#include "engine/numa/node_pages.h"
#include "engine/numa/topology.h"

namespace perfecthash {

struct BufferClassStats {
  std::size_t capacity_bytes = 0;   // of one buffer
  std::uint64_t payload_bytes = 0;  // of all buffers, in use or free
  std::uint64_t buffer_count = 0;
  std::uint64_t in_use_count = 0;
  std::uint64_t in_use_count_max = 0;
  std::uint64_t hits = 0;    // served by a free buffer
  std::uint64_t misses = 0;  // served by new memory
  // Tasks that stood in line for the MemoryBudget before they took one.
  std::uint64_t waits = 0;
};

struct BufferPoolStats {
  // Ascending; classes never used are left out.
  std::vector<BufferClassStats> classes;
  std::uint64_t payload_bytes = 0;
  std::uint64_t in_use_bytes = 0;
};

// The memory of one node in buffers of a power of two: 4 KiB to 16 MiB, and
// larger ones ("oversize") that TrimIdle frees first. Buffers are reused, the
// last returned first. Their bookkeeping lives apart from their payload, so
// that an overrun cannot damage it.
//
// The pool bounds what it keeps, not what it hands out: who takes buffers has
// reserved them from the MemoryBudget before.
// Thread-safe. Outlives its buffers; the topology outlives it.
class BufferPool {
 public:
  static constexpr std::size_t kCapacityBytesMin = std::size_t{4} << 10;
  static constexpr std::size_t kRegularBytesMax = std::size_t{16} << 20;
  static constexpr std::size_t kCapacityBytesMax = std::size_t{1} << 40;

  struct Options {
    // Before the pool grows beyond this it frees every idle buffer.
    std::uint64_t payload_bytes_max = UINT64_MAX;
    NodePages::Guard guard = NodePages::Guard::kNone;
    NodePagesSource pages = {};  // empty: NodePages::Allocate
  };

  // The capacity of a buffer for `bytes`, which is what to reserve for it.
  static constexpr std::size_t CapacityFor(std::size_t bytes) {
    return bytes <= kCapacityBytesMin ? kCapacityBytesMin
                                      : std::bit_ceil(bytes);
  }

  BufferPool(const Topology& topology, const NumaNode& node, Options options);
  ~BufferPool();
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  // A buffer of at least `bytes`. `purpose` names it in Rundown's message and
  // must outlive it: a string literal. Fails with ResourceExhausted when the
  // system has no memory, InvalidArgument above kCapacityBytesMax, and
  // FailedPrecondition after Rundown.
  absl::StatusOr<Buffer> Take(std::size_t bytes, const char* purpose);

  // Whoever will take a buffer of `bytes` had to wait for memory. The pool
  // itself makes nobody wait; it counts by class where the budget was short.
  void CountWait(std::size_t bytes);

  // Returns all idle buffers to the operating system; the number of bytes.
  std::uint64_t Trim();
  // The same for the idle buffers of oversize classes that nobody took from
  // since the last TrimIdle: call it now and then.
  std::uint64_t TrimIdle();

  // Ends the pool: frees every idle buffer and lets no more be taken. Fails
  // with FailedPrecondition naming purpose, number and size of what is still
  // out; that frees itself when it comes back. May be called again.
  absl::Status Rundown();

  BufferPoolStats Stats() const;
  // Of all buffers, in use or idle.
  std::uint64_t payload_bytes() const;

 private:
  friend class Buffer;

  struct SizeClass {
    std::list<BufferRecord> all;
    BufferRecord* free = nullptr;  // linked through BufferRecord::next_free
    std::uint64_t in_use_count = 0;
    std::uint64_t in_use_count_max = 0;
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::uint64_t waits = 0;
    bool touched = false;  // since the last TrimIdle
  };

  static constexpr std::size_t kClassCount =
      std::bit_width(kCapacityBytesMax) - std::bit_width(kCapacityBytesMin) + 1;

  static constexpr std::size_t ClassOf(std::size_t capacity_bytes) {
    return static_cast<std::size_t>(std::bit_width(capacity_bytes) -
                                    std::bit_width(kCapacityBytesMin));
  }
  static constexpr std::size_t CapacityOf(std::size_t size_class) {
    return kCapacityBytesMin << size_class;
  }

  void Return(BufferRecord* record);
  absl::StatusOr<Buffer> Grow(std::size_t class_index, const char* purpose);
  absl::Status CheckOpen(const char* purpose) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Buffer Lend(BufferRecord& record, const char* purpose)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Moves idle buffers to `freed`, whose end unmaps them outside the lock.
  void RemoveIdle(std::size_t class_index, std::list<BufferRecord>& freed)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Topology& topology_;
  const NumaNode& node_;
  const Options options_;
  mutable Mutex mutex_;
  std::array<SizeClass, kClassCount> classes_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t payload_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace perfecthash
