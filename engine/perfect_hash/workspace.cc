#include "engine/perfect_hash/workspace.h"

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

// The peel appends before it knows whether the entry counts.
std::size_t QueueSize(const GraphSize& size) {
  return std::size_t{size.vertex_count} + 1;
}

}  // namespace

std::size_t Workspace::bytes() const {
  return numbers_.bytes() + words_.bytes();
}

void Workspace::Trim() {
  numbers_ = {};
  words_ = {};
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

std::size_t WorkspaceBytes(std::size_t key_count, int table_resizes) {
  const GraphSize size = GraphSize::For(key_count, table_resizes);
  return QueueSize(size) * sizeof(std::uint32_t) +
         size.vertex_count * sizeof(std::uint64_t);
}

}  // namespace perfecthash
