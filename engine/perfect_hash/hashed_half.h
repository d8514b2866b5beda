#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/perfect_hash/graph_size.h"
#include "engine/perfect_hash/hash_function.h"
#include "engine/perfect_hash/kernels/kernel.h"
#include "engine/perfect_hash/key_set.h"
#include "engine/perfect_hash/workspace.h"

namespace perfecthash {

// Where the parts of a hashed half lie in one block of memory. A value.
class HalfLayout {
 public:
  HalfLayout(std::size_t key_count, const GraphSize& size);

  std::size_t key_count() const { return key_count_; }
  // Vertices are kept in 16 bits where they fit.
  bool is_narrow() const { return is_narrow_; }
  std::size_t word_count() const { return padded_count_ / 64; }

  std::size_t vertices_offset() const { return 64; }
  std::size_t groups_offset() const {
    return vertices_offset() + padded_count_ * (is_narrow_ ? 2 : 4);
  }
  std::size_t shared_offset() const {
    return groups_offset() + padded_count_ * 2;
  }
  std::size_t bytes() const {
    return (shared_offset() + word_count() * 8 + 63) / 64 * 64;
  }

 private:
  std::size_t key_count_;
  std::size_t padded_count_;
  bool is_narrow_;
};

// One half of a hash function applied to all keys: the vertex of each key, and
// which keys share theirs with another key. Of the keys that share, the
// vertices are numbered densely, from 1: a key's group, 0 for a key alone.
//
// A view of memory of HalfLayout::bytes() bytes, aligned to 64.
class HashedHalf {
 public:
  HashedHalf(const HalfLayout& layout, std::uint8_t* memory)
      : layout_(layout), memory_(memory) {}

  const HalfLayout& layout() const { return layout_; }
  std::uint16_t* narrow_vertices() const {
    return reinterpret_cast<std::uint16_t*>(memory_ +
                                            layout_.vertices_offset());
  }
  std::uint32_t* wide_vertices() const {
    return reinterpret_cast<std::uint32_t*>(memory_ +
                                            layout_.vertices_offset());
  }
  std::uint16_t* groups() const {
    return reinterpret_cast<std::uint16_t*>(memory_ + layout_.groups_offset());
  }
  // A bit for each key: whether it shares its vertex.
  std::uint64_t* shared() const {
    return reinterpret_cast<std::uint64_t*>(memory_ + layout_.shared_offset());
  }
  // Zero also if there are too many to number them: then nothing is shared, and
  // is_overflown() is not zero.
  std::uint32_t& group_count() const {
    return *reinterpret_cast<std::uint32_t*>(memory_);
  }
  std::uint32_t& is_overflown() const {
    return reinterpret_cast<std::uint32_t*>(memory_)[1];
  }

 private:
  HalfLayout layout_;
  std::uint8_t* memory_;
};

// What halves are made for.
struct HalfOfKeys {
  const KeySet& keys;
  const Kernel& kernel;
  HashFunctionId function;
  HashParameters hash;  // of which `first` is the half
  GraphSize size;
};

// Hashes all keys and groups those that share their vertices.
void MakeHashedHalf(const HalfOfKeys& half,
                    const Workspace::PoolScratch& scratch, HashedHalf& made);

// How likely cycles are with a half, the lower the better: of the keys that
// share a vertex, how many pairs have equal differences. A product puts keys k
// and k + d together with most of the others that are d apart, and when another
// half does likewise the four of them close a cycle. Most candidates are not
// kept, so this makes no more of a half than it needs. `last` has an entry per
// vertex.
std::uint64_t ScoreOf(const HalfOfKeys& half,
                      const Workspace::PoolScratch& scratch,
                      std::uint32_t* last);

// Bit 0: some key has twice the same vertex. Bit 1: some key has when the
// vertices of `b` are counted from the other end, which are those of the
// negative last factor for all but a few keys.
unsigned FindLoops(const Kernel& kernel, const HashedHalf& a,
                   const HashedHalf& b, std::uint32_t vertex_mask);

// True if there is certainly a cycle. Only keys that share their vertices in
// both halves can be part of one, and there are few: they are the edges of a
// graph whose vertices are the groups of `a` on one side and those of `b` on
// the other, small enough for the first-level cache. A cycle of it is one of
// the graph. A number that is a vertex of both sides is two vertices here, so
// that some cycles are missed.
bool SharingCloses(const Kernel& kernel, const HashedHalf& a,
                   const HashedHalf& b, const Workspace::PoolScratch& scratch,
                   std::uint32_t* parents);

}  // namespace perfecthash
