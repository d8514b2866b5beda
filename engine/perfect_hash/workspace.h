#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/perfect_hash/aligned_array.h"
#include "engine/perfect_hash/graph_size.h"

namespace perfecthash {

// Scratch memory of attempts and of building a table, kept by a worker and
// reused from table to table: it grows to the largest need and shrinks only by
// Trim(). Contents mean nothing between calls. Used only by its worker thread.
class Workspace {
 public:
  static constexpr std::size_t kBlockKeyCount = 256;

  // Bytes held at present.
  std::size_t bytes() const;
  // Gives all memory back.
  void Trim();

  // What Solver::Try and Solver::Build need, for the solver's own use.
  struct AttemptScratch {
    std::uint32_t* parents;  // one per vertex
  };
  AttemptScratch ForAttempt(const GraphSize& size);

  struct PeelScratch {
    std::uint64_t* words;  // words_per_vertex for each vertex
    std::uint32_t* queue;  // one per vertex, and one
  };
  PeelScratch ForPeel(const GraphSize& size, int words_per_vertex);
  // A number per vertex.
  std::uint32_t* ForDepths(const GraphSize& size);
  // The entries of a table that is only looked at.
  std::uint8_t* ForEntries(const GraphSize& size);

  // What the seed pool needs. An attempt's parents remain.
  static constexpr std::size_t kPoolBlockKeyCount = 1024;
  static constexpr std::size_t kDifferenceBucketCount = 4096;
  struct PoolScratch {
    std::uint8_t* counts;        // one per vertex
    std::uint16_t* ids;          // one per vertex
    std::uint32_t* differences;  // one per bucket
    std::uint32_t* first;        // of a block of keys
    std::uint32_t* second;
    std::array<std::uint8_t*, 2> halves;  // half_bytes each
  };
  PoolScratch ForPool(const GraphSize& size, std::size_t half_bytes);

  // The vertices of a block of keys, three times, so that two blocks can be
  // hashed ahead.
  struct alignas(64) Block {
    std::array<std::uint32_t, kBlockKeyCount> first;
    std::array<std::uint32_t, kBlockKeyCount> second;
  };
  std::array<Block, 3>& blocks() { return blocks_; }

 private:
  // An attempt's parents and the peel's queue, which are never needed at once.
  AlignedArray<std::uint32_t> numbers_;
  AlignedArray<std::uint64_t> words_;
  AlignedArray<std::uint8_t> pool_;
  AlignedArray<std::uint8_t> entries_;
  std::array<Block, 3> blocks_;
};

// Bytes that a workspace grows to for a set of `key_count` keys whose vertices
// are doubled up to `table_resizes` times: 4 per vertex, and 8 more up to
// 65,536 edges. (A larger graph with a vertex of 2^32 / edges edges or more,
// which is 256 for ten million keys, takes those 8 too: only a function that
// puts keys together makes such a graph.)
std::size_t WorkspaceBytes(std::size_t key_count, int table_resizes);
// Bytes that it grows by at most where the shape of the forest is asked for.
std::size_t ForestScratchBytes(const GraphSize& size);
// Bytes that it grows by for a seed pool with halves of `half_bytes`.
std::size_t PoolScratchBytes(const GraphSize& size, std::size_t half_bytes);

}  // namespace perfecthash
