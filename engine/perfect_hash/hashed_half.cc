#include "engine/perfect_hash/hashed_half.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/perfect_hash/union_find.h"

namespace perfecthash {
namespace {

constexpr std::size_t kKeysPerLine = 64;  // a word of bits
constexpr std::uint32_t kGroupCountMax = 0xffff;

template <typename Vertex>
void CountVertices(const Vertex* vertices, std::size_t count,
                   std::uint8_t* counts) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t seen = counts[vertices[i]];
    counts[vertices[i]] = static_cast<std::uint8_t>(seen + (seen != 255));
  }
}

template <typename Vertex>
void LookUpGroups(const Vertex* vertices, std::size_t count,
                  const std::uint16_t* ids, std::uint16_t* groups) {
  for (std::size_t i = 0; i < count; ++i) groups[i] = ids[vertices[i]];
}

template <typename Vertex>
void Group(const Vertex* vertices, const HalfOfKeys& half,
           const Workspace::PoolScratch& scratch, HashedHalf& made) {
  const std::size_t key_count = half.keys.size();
  const std::uint32_t vertex_count = half.size.vertex_count;
  std::memset(scratch.counts, 0, vertex_count);
  CountVertices(vertices, key_count, scratch.counts);
  made.group_count() =
      half.kernel.number_groups(scratch.counts, vertex_count, scratch.ids);
  made.is_overflown() = made.group_count() > kGroupCountMax;
  if (made.is_overflown() != 0) {
    made.group_count() = 0;
    std::memset(made.shared(), 0, made.layout().word_count() * 8);
    return;
  }
  std::uint16_t* const groups = made.groups();
  LookUpGroups(vertices, key_count, scratch.ids, groups);
  const std::size_t padded_count = made.layout().word_count() * kKeysPerLine;
  std::fill(groups + key_count, groups + padded_count, 0);
  half.kernel.mark_nonzero(groups, padded_count, made.shared());
}

// How often differences occur, squared and summed, of each key to the one
// before it with the same vertex. `last` is that key's number, from 1.
template <typename Vertex>
std::uint64_t CountEqualDifferences(const Vertex* vertices,
                                    const HalfOfKeys& half,
                                    const Workspace::PoolScratch& scratch,
                                    Vertex* last) {
  constexpr std::size_t kBlock = Workspace::kPoolBlockKeyCount;
  const std::uint32_t* const key = half.keys.keys().data();
  const std::size_t key_count = half.keys.size();
  std::uint32_t* const counts = scratch.differences;
  std::memset(counts, 0, Workspace::kDifferenceBucketCount * sizeof(*counts));
  std::memset(last, 0, half.size.vertex_count * sizeof(*last));
  for (std::size_t begin = 0; begin < key_count; begin += kBlock) {
    // Whether there is one before is no branch: nobody could predict it.
    std::size_t found = 0;
    const std::size_t end = std::min(key_count, begin + kBlock);
    for (std::size_t i = begin; i < end; ++i) {
      const Vertex before = last[vertices[i]];
      last[vertices[i]] = static_cast<Vertex>(i + 1);
      scratch.first[found] = static_cast<std::uint32_t>(i);
      scratch.second[found] = before;
      found += before != 0;
    }
    for (std::size_t i = 0; i < found; ++i) {
      const std::uint32_t difference =
          key[scratch.first[i]] - key[scratch.second[i] - 1];
      ++counts[difference * 0x9e3779b1u >> 20];
    }
  }
  std::uint64_t score = 0;
  for (std::size_t i = 0; i < Workspace::kDifferenceBucketCount; ++i) {
    score += std::uint64_t{counts[i]} * counts[i];
  }
  return score;
}

// Until a cycle closes, or all keys are seen.
template <typename Parent>
bool Closes(const Kernel& kernel, const HashedHalf& a, const HashedHalf& b,
            const Workspace::PoolScratch& scratch, Parent* parents) {
  constexpr std::size_t kWords = Workspace::kPoolBlockKeyCount / kKeysPerLine;
  const std::uint32_t side = a.group_count() + 1;
  for (std::uint32_t i = 0; i <= a.group_count() + b.group_count() + 1; ++i) {
    parents[i] = static_cast<Parent>(i);
  }
  const std::size_t word_count = a.layout().word_count();
  for (std::size_t word = 0; word < word_count; word += kWords) {
    const std::size_t count = kernel.collect_shared(
        {a.shared() + word, a.groups() + word * kKeysPerLine},
        {b.shared() + word, b.groups() + word * kKeysPerLine},
        std::min(kWords, word_count - word), scratch.first, scratch.second);
    for (std::size_t i = 0; i < count; ++i) {
      if (!Unite(parents, scratch.first[i], side + scratch.second[i])) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

HalfLayout::HalfLayout(std::size_t key_count, const GraphSize& size)
    : key_count_(key_count),
      padded_count_((key_count + kKeysPerLine - 1) / kKeysPerLine *
                    kKeysPerLine),
      is_narrow_(size.vertex_count <= 1u << 16) {}

void MakeHashedHalf(const HalfOfKeys& half,
                    const Workspace::PoolScratch& scratch, HashedHalf& made) {
  const auto keys = half.keys.keys();
  const auto id = static_cast<std::size_t>(half.function);
  if (made.layout().is_narrow()) {
    half.kernel.hash_half_narrow[id](keys.data(), keys.size(), half.hash,
                                     made.narrow_vertices());
    Group(made.narrow_vertices(), half, scratch, made);
  } else {
    half.kernel.hash_half[id](keys.data(), keys.size(), half.hash,
                              made.wide_vertices());
    Group(made.wide_vertices(), half, scratch, made);
  }
}

std::uint64_t ScoreOf(const HalfOfKeys& half,
                      const Workspace::PoolScratch& scratch,
                      std::uint32_t* last) {
  const auto keys = half.keys.keys();
  const auto id = static_cast<std::size_t>(half.function);
  const HalfLayout layout(keys.size(), half.size);
  HashedHalf hashed(layout, scratch.halves[0]);
  if (layout.is_narrow()) {
    half.kernel.hash_half_narrow[id](keys.data(), keys.size(), half.hash,
                                     hashed.narrow_vertices());
    // A narrow graph has fewer than 2^16 keys.
    return CountEqualDifferences(hashed.narrow_vertices(), half, scratch,
                                 reinterpret_cast<std::uint16_t*>(last));
  }
  half.kernel.hash_half[id](keys.data(), keys.size(), half.hash,
                            hashed.wide_vertices());
  return CountEqualDifferences(hashed.wide_vertices(), half, scratch, last);
}

unsigned FindLoops(const Kernel& kernel, const HashedHalf& a,
                   const HashedHalf& b, std::uint32_t vertex_mask) {
  // Vertices are below a power of two, so counting from the other end flips
  // their bits.
  const std::size_t count = a.layout().key_count();
  return a.layout().is_narrow()
             ? kernel.find_loops_narrow(a.narrow_vertices(),
                                        b.narrow_vertices(), count,
                                        static_cast<std::uint16_t>(vertex_mask))
             : kernel.find_loops(a.wide_vertices(), b.wide_vertices(), count,
                                 vertex_mask);
}

bool SharingCloses(const Kernel& kernel, const HashedHalf& a,
                   const HashedHalf& b, const Workspace::PoolScratch& scratch,
                   std::uint32_t* parents) {
  if (a.group_count() == 0 || b.group_count() == 0) return false;
  // Half the bytes keep twice as much in the cache.
  return a.group_count() + b.group_count() + 2 <= 1u << 16
             ? Closes(kernel, a, b, scratch,
                      reinterpret_cast<std::uint16_t*>(parents))
             : Closes(kernel, a, b, scratch, parents);
}

}  // namespace perfecthash
