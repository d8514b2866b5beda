#include "engine/perfect_hash/workspace.h"

#include <algorithm>

namespace perfecthash {
namespace {

template <typename T>
T* Grow(AlignedArray<T>& array, std::size_t size) {
  if (array.size() < size) {
    array = AlignedArray<T>();  // never hold both the old and the new one
    array = AlignedArray<T>(size);
  }
  return array.data();
}

// Hands out parts of one piece of memory, each on a cache line of its own.
class Carver {
 public:
  explicit Carver(std::uint8_t* memory)
      : memory_(reinterpret_cast<std::uintptr_t>(memory)) {}

  template <typename T>
  T* Take(std::size_t count) {
    T* const part = reinterpret_cast<T*>(memory_ + used_);
    used_ += (count * sizeof(T) + 63) / 64 * 64;
    return part;
  }
  std::size_t used() const { return used_; }

 private:
  std::uintptr_t memory_;  // may be null when only the size is asked for
  std::size_t used_ = 0;
};

Workspace::PoolScratch CarvePool(Carver& carver, const GraphSize& size,
                                 std::size_t half_bytes) {
  using Number = std::uint32_t;
  return {.counts = carver.Take<std::uint8_t>(size.vertex_count),
          .ids = carver.Take<std::uint16_t>(size.vertex_count),
          .differences = carver.Take<Number>(Workspace::kDifferenceBucketCount),
          .first = carver.Take<Number>(Workspace::kPoolBlockKeyCount),
          .second = carver.Take<Number>(Workspace::kPoolBlockKeyCount),
          .halves = {carver.Take<std::uint8_t>(half_bytes),
                     carver.Take<std::uint8_t>(half_bytes)}};
}

// The peel appends before it knows whether the entry counts.
std::size_t QueueSize(const GraphSize& size) {
  return std::size_t{size.vertex_count} + 1;
}

}  // namespace

std::size_t Workspace::bytes() const {
  return numbers_.bytes() + words_.bytes() + pool_.bytes() + entries_.bytes();
}

void Workspace::Trim() {
  numbers_ = {};
  words_ = {};
  pool_ = {};
  entries_ = {};
}

Workspace::AttemptScratch Workspace::ForAttempt(const GraphSize& size) {
  return {.parents = Grow(numbers_, QueueSize(size))};
}

Workspace::PeelScratch Workspace::ForPeel(const GraphSize& size,
                                          int words_per_vertex) {
  const std::size_t word_count =
      std::size_t{size.vertex_count} * words_per_vertex;
  return {.words = Grow(words_, word_count),
          .queue = Grow(numbers_, QueueSize(size))};
}

std::uint32_t* Workspace::ForDepths(const GraphSize& size) {
  return reinterpret_cast<std::uint32_t*>(
      Grow(words_,
           size.vertex_count * sizeof(std::uint32_t) / sizeof(std::uint64_t)));
}

std::uint8_t* Workspace::ForEntries(const GraphSize& size) {
  return Grow(entries_, std::size_t{size.vertex_count} * size.entry_bytes());
}

Workspace::PoolScratch Workspace::ForPool(const GraphSize& size,
                                          std::size_t half_bytes) {
  Carver carver(Grow(pool_, PoolScratchBytes(size, half_bytes)));
  return CarvePool(carver, size, half_bytes);
}

std::size_t PoolScratchBytes(const GraphSize& size, std::size_t half_bytes) {
  Carver carver(nullptr);
  static_cast<void>(CarvePool(carver, size, half_bytes));
  return carver.used();
}

std::size_t WorkspaceBytes(std::size_t key_count, int table_resizes) {
  const GraphSize size = GraphSize::For(key_count, table_resizes);
  const std::size_t words =
      size.entry_bytes() < 4 ? size.vertex_count * sizeof(std::uint64_t) : 0;
  return QueueSize(size) * sizeof(std::uint32_t) + words;
}

std::size_t ForestScratchBytes(const GraphSize& size) {
  return size.entry_bytes() < 4 ? 0 : size.vertex_count * sizeof(std::uint32_t);
}

}  // namespace perfecthash
