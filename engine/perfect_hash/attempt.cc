#include "engine/perfect_hash/attempt.h"

#include <algorithm>
#include <array>
#include <utility>

namespace perfecthash {
namespace {

using Block = Workspace::Block;
constexpr std::size_t kBlock = Workspace::kBlockKeyCount;

// From here on the parents outgrow the second-level cache, and it pays to
// fetch those of the next block while this one is worked on.
constexpr std::uint32_t kPrefetchVertexCount = 1u << 19;

bool IsStopped(const std::atomic<bool>* stop) {
  // Relaxed: the flag guards no data.
  return stop != nullptr && stop->load(std::memory_order_relaxed);
}

// The root of a vertex. Trees are linked by index, so they stay shallow on
// random edges and two steps nearly always see the root; only else is the path
// shortened. That leaves a single, well predicted branch, which is worth more
// than the bookkeeping of ranks or sizes.
std::uint32_t FindRoot(std::uint32_t* parents, std::uint32_t vertex) {
  const std::uint32_t parent = parents[vertex];
  const std::uint32_t grandparent = parents[parent];
  if (parent == grandparent) [[likely]]
    return parent;

  std::uint32_t root = parents[grandparent];
  parents[vertex] = root;
  parents[parent] = root;
  while (parents[root] != root) root = parents[root];
  return root;
}

// False if the edges of the block close a cycle.
bool UniteBlock(std::uint32_t* parents, const Block& block, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t a = FindRoot(parents, block.first[i]);
    const std::uint32_t b = FindRoot(parents, block.second[i]);
    if (a == b) return false;
    parents[std::max(a, b)] = std::min(a, b);
  }
  return true;
}

void HashBlockAt(const GraphOfKeys& graph, std::size_t begin, Block& block) {
  const auto keys = graph.keys.keys();
  graph.kernel.hash_block[static_cast<int>(graph.function)](
      keys.data() + begin, std::min(kBlock, keys.size() - begin), graph.hash,
      block.first.data(), block.second.data());
}

void PrefetchParents(const std::uint32_t* parents, const Block& block) {
  for (std::size_t i = 0; i < kBlock; ++i) {
    __builtin_prefetch(parents + block.first[i], 1);
    __builtin_prefetch(parents + block.second[i], 1);
  }
}

Outcome ScanForLoops(const GraphOfKeys& graph, const std::atomic<bool>* stop) {
  constexpr std::size_t kKeysBetweenStops = 16 * 1024;
  const auto keys = graph.keys.keys();
  const auto has_loop = graph.kernel.has_loop[static_cast<int>(graph.function)];
  for (std::size_t i = 0; i < keys.size(); i += kKeysBetweenStops) {
    if (IsStopped(stop)) return Outcome::kStopped;
    const std::size_t count = std::min(kKeysBetweenStops, keys.size() - i);
    if (has_loop(keys.data() + i, count, graph.hash)) return Outcome::kLoop;
  }
  return Outcome::kSolved;
}

Outcome UniteAll(const GraphOfKeys& graph, std::uint32_t* parents,
                 std::array<Block, 2>& blocks, const std::atomic<bool>* stop) {
  const std::size_t key_count = graph.keys.size();
  for (std::size_t i = 0; i < key_count; i += kBlock) {
    if (IsStopped(stop)) return Outcome::kStopped;
    HashBlockAt(graph, i, blocks[0]);
    if (!UniteBlock(parents, blocks[0], std::min(kBlock, key_count - i))) {
      return Outcome::kCyclic;
    }
  }
  return Outcome::kSolved;
}

// The same for graphs beyond the caches: a block is hashed, and its parents
// are fetched, one block ahead.
Outcome UniteAllAhead(const GraphOfKeys& graph, std::uint32_t* parents,
                      std::array<Block, 2>& blocks,
                      const std::atomic<bool>* stop) {
  const std::size_t key_count = graph.keys.size();
  Block* now = &blocks[0];
  Block* next = &blocks[1];
  next->first.fill(0);  // a short last block prefetches something valid
  next->second.fill(0);
  HashBlockAt(graph, 0, *now);
  for (std::size_t i = 0; i < key_count; i += kBlock) {
    if (IsStopped(stop)) return Outcome::kStopped;
    if (i + kBlock < key_count) {
      HashBlockAt(graph, i + kBlock, *next);
      PrefetchParents(parents, *next);
    }
    if (!UniteBlock(parents, *now, std::min(kBlock, key_count - i))) {
      return Outcome::kCyclic;
    }
    std::swap(now, next);
  }
  return Outcome::kSolved;
}

}  // namespace

Outcome TestForCycles(const GraphOfKeys& graph, Workspace& workspace,
                      const std::atomic<bool>* stop) {
  if (const Outcome outcome = ScanForLoops(graph, stop);
      outcome != Outcome::kSolved) {
    return outcome;
  }
  std::uint32_t* const parents = workspace.ForAttempt(graph.size).parents;
  graph.kernel.fill_identity(parents, graph.size.vertex_count);
  return graph.size.vertex_count < kPrefetchVertexCount
             ? UniteAll(graph, parents, workspace.blocks(), stop)
             : UniteAllAhead(graph, parents, workspace.blocks(), stop);
}

}  // namespace perfecthash
