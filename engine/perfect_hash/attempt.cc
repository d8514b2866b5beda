#include "engine/perfect_hash/attempt.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/perfect_hash/union_find.h"

namespace perfecthash {
namespace {

using Block = Workspace::Block;
constexpr std::size_t kBlock = Workspace::kBlockKeyCount;

// From here on the parents outgrow the second-level cache, and it pays to
// fetch those of the next block while this one is worked on.
constexpr std::uint32_t kPrefetchVertexCount = 1u << 19;

// False if the edges of the block close a cycle.
bool UniteBlock(std::uint32_t* parents, const Block& block, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (!Unite(parents, block.first[i], block.second[i])) return false;
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

Outcome ScanForLoops(const GraphOfKeys& graph, const StopCheck* stop) {
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

// Each vertex is a tree of its own. False if stopped.
bool FillIdentity(const GraphOfKeys& graph, std::uint32_t* parents,
                  const StopCheck* stop) {
  constexpr std::size_t kVerticesBetweenStops = 64 * 1024;
  constexpr std::size_t kVerticesAtOnce = std::size_t{1} << 20;
  const std::size_t vertex_count = graph.size.vertex_count;
  if (vertex_count <= kVerticesAtOnce) {
    graph.kernel.fill_identity(parents, vertex_count);
    return true;
  }
  // The memory is the limit here, whatever the instructions.
  return InPieces(vertex_count, kVerticesBetweenStops, stop,
                  [&](std::size_t begin, std::size_t end) {
                    for (std::size_t i = begin; i < end; ++i) {
                      parents[i] = static_cast<std::uint32_t>(i);
                    }
                  });
}

Outcome UniteAll(const GraphOfKeys& graph, std::uint32_t* parents,
                 std::array<Block, 3>& blocks, const StopCheck* stop) {
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

// The parents of the parents, which are there by now.
void PrefetchGrandparents(const std::uint32_t* parents, const Block& block) {
  for (std::size_t i = 0; i < kBlock; ++i) {
    __builtin_prefetch(parents + parents[block.first[i]], 1);
    __builtin_prefetch(parents + parents[block.second[i]], 1);
  }
}

// The same for graphs beyond the caches: a block is hashed, and its parents
// are fetched, two blocks ahead, and their parents one block ahead.
Outcome UniteAllAhead(const GraphOfKeys& graph, std::uint32_t* parents,
                      std::array<Block, 3>& blocks, const StopCheck* stop) {
  const std::size_t key_count = graph.keys.size();
  for (Block& block : blocks) {
    block.first.fill(0);  // a short last block prefetches something valid
    block.second.fill(0);
  }
  const auto hash_at = [&](std::size_t number) {
    const std::size_t begin = number * kBlock;
    if (begin >= key_count) return;
    Block& block = blocks[number % blocks.size()];
    HashBlockAt(graph, begin, block);
    PrefetchParents(parents, block);
  };
  hash_at(0);
  hash_at(1);
  for (std::size_t i = 0; i * kBlock < key_count; ++i) {
    if (IsStopped(stop)) return Outcome::kStopped;
    hash_at(i + 2);
    PrefetchGrandparents(parents, blocks[(i + 1) % blocks.size()]);
    if (!UniteBlock(parents, blocks[i % blocks.size()],
                    std::min(kBlock, key_count - i * kBlock))) {
      return Outcome::kCyclic;
    }
  }
  return Outcome::kSolved;
}

}  // namespace

Outcome TestForCycles(const GraphOfKeys& graph, Workspace& workspace,
                      const StopCheck* stop) {
  if (const Outcome outcome = ScanForLoops(graph, stop);
      outcome != Outcome::kSolved) {
    return outcome;
  }
  std::uint32_t* const parents = workspace.ForAttempt(graph.size).parents;
  if (!FillIdentity(graph, parents, stop)) return Outcome::kStopped;
  return graph.size.vertex_count < kPrefetchVertexCount
             ? UniteAll(graph, parents, workspace.blocks(), stop)
             : UniteAllAhead(graph, parents, workspace.blocks(), stop);
}

std::optional<std::uint32_t> CountCycles(const GraphOfKeys& graph,
                                         std::uint32_t count_max,
                                         Workspace& workspace,
                                         const StopCheck* stop) {
  std::uint32_t* const parents = workspace.ForAttempt(graph.size).parents;
  if (!FillIdentity(graph, parents, stop)) return std::nullopt;
  Block& block = workspace.blocks()[0];
  const std::size_t key_count = graph.keys.size();
  std::uint32_t found = 0;
  for (std::size_t i = 0; i < key_count && found < count_max; i += kBlock) {
    if (IsStopped(stop)) return std::nullopt;
    HashBlockAt(graph, i, block);
    const std::size_t count = std::min(kBlock, key_count - i);
    for (std::size_t j = 0; j < count; ++j) {
      found += !Unite(parents, block.first[j], block.second[j]);
    }
  }
  return std::min(found, count_max);
}

}  // namespace perfecthash
