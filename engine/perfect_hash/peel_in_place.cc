#include "engine/perfect_hash/peel_in_place.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace perfecthash {
namespace {

using Block = Workspace::Block;
constexpr std::size_t kBlock = Workspace::kBlockKeyCount;
// Between two looks at the stop.
constexpr std::size_t kVerticesBetweenStops = 64 * 1024;

class InPlacePeel {
 public:
  InPlacePeel(const GraphOfKeys& graph, Workspace& workspace,
              const StopCheck* stop, std::uint8_t* entries)
      : graph_(graph),
        stop_(stop),
        words_(reinterpret_cast<std::uint32_t*>(entries)),
        queue_(workspace.ForAttempt(graph.size).parents),
        blocks_(workspace.blocks()),
        degree_shift_(std::countr_zero(graph.size.edge_count)),
        edge_mask_(graph.size.edge_count - 1),
        hash_(graph.kernel.hash_block[static_cast<int>(graph.function)]),
        block_hash_(graph.hash) {
    block_hash_.high_offset = kBlockKeysSize;
  }

  // All of these are false (or kStopped) if stopped.
  bool AddAllEdges();
  // Puts the leaves into the queue.
  bool FindLeaves();
  // Appends to the queue.
  Outcome Peel();
  // Backwards through the queue, each word becomes the vertex's entry.
  bool Assign();
  // The same, with the depths in a second array of one number per vertex.
  bool AssignAndMeasureDepth(std::uint32_t* depths, std::uint32_t& depth_max);

  // Whether no degree overflowed, once the leaves were found. One that did took
  // what it lost out of the sum.
  bool degrees_fit() const { return degree_sum_ == 2 * graph_.keys.size(); }
  std::uint32_t empty_vertex_count() const { return empty_vertex_count_; }

 private:
  std::uint32_t degree(std::uint32_t word) const {
    return word >> degree_shift_;
  }
  void HashBlockAt(std::size_t begin, Block& block);
  void AddEdge(std::uint32_t vertex, std::uint32_t edge) {
    words_[vertex] = (words_[vertex] ^ edge) + (1u << degree_shift_);
  }
  // The other ends of the edges of `count` leaves; anything for vertices
  // whose edge is gone.
  void FindOtherEnds(const std::uint32_t* leaves, std::size_t count);
  // False if stopped.
  template <typename Settle>
  bool AssignBlocks(Settle settle);

  const GraphOfKeys& graph_;
  const StopCheck* const stop_;
  std::uint32_t* const words_;
  std::uint32_t* const queue_;
  std::array<Block, 3>& blocks_;
  const int degree_shift_;
  const std::uint32_t edge_mask_;
  const Kernel::HashBlock hash_;
  HashParameters block_hash_;  // for block_keys_
  std::uint64_t degree_sum_ = 0;
  std::uint32_t empty_vertex_count_ = 0;
  std::uint32_t queued_count_ = 0;
  // By place in the block, then the high halves. Kernels read up to 16 keys
  // past the last.
  static constexpr std::size_t kBlockKeysSize = kBlock + 16;
  std::array<std::uint32_t, 2 * kBlockKeysSize> block_keys_ = {};
  std::array<std::uint32_t, kBlock> others_;
};

void InPlacePeel::HashBlockAt(std::size_t begin, Block& block) {
  const auto keys = graph_.keys.keys();
  const std::size_t count = std::min(kBlock, keys.size() - begin);
  hash_(keys.data() + begin, count, graph_.hash, block.first.data(),
        block.second.data());
  for (std::size_t i = 0; i < count; ++i) {
    __builtin_prefetch(words_ + block.first[i], 1);
    __builtin_prefetch(words_ + block.second[i], 1);
  }
}

// False if stopped.
bool Clear(std::uint32_t* numbers, std::size_t count, const StopCheck* stop) {
  return InPieces(count, kVerticesBetweenStops, stop,
                  [&](std::size_t begin, std::size_t end) {
                    std::memset(numbers + begin, 0,
                                (end - begin) * sizeof(*numbers));
                  });
}

bool InPlacePeel::AddAllEdges() {
  if (!Clear(words_, graph_.size.vertex_count, stop_)) return false;
  const std::size_t key_count = graph_.keys.size();
  Block* now = &blocks_[0];
  Block* next = &blocks_[1];
  HashBlockAt(0, *now);
  for (std::size_t i = 0; i < key_count; i += kBlock) {
    if (IsStopped(stop_)) return false;
    if (i + kBlock < key_count) HashBlockAt(i + kBlock, *next);
    const std::size_t count = std::min(kBlock, key_count - i);
    for (std::size_t j = 0; j < count; ++j) {
      const auto edge = static_cast<std::uint32_t>(i + j);
      AddEdge(now->first[j], edge);
      AddEdge(now->second[j], edge);
    }
    std::swap(now, next);
  }
  return true;
}

bool InPlacePeel::FindLeaves() {
  std::uint64_t degree_sum = 0;
  std::uint32_t empty_count = 0;
  std::uint32_t tail = 0;
  const bool found =
      InPieces(graph_.size.vertex_count, kVerticesBetweenStops, stop_,
               [&](std::size_t begin, std::size_t end) {
                 const auto last = static_cast<std::uint32_t>(end);
                 for (auto vertex = static_cast<std::uint32_t>(begin);
                      vertex < last; ++vertex) {
                   const std::uint32_t its_degree = degree(words_[vertex]);
                   degree_sum += its_degree;
                   empty_count += its_degree == 0;
                   queue_[tail] = vertex;
                   tail += its_degree == 1;
                 }
               });
  degree_sum_ = degree_sum;
  empty_vertex_count_ = empty_count;
  queued_count_ = tail;
  return found;
}

void InPlacePeel::FindOtherEnds(const std::uint32_t* leaves,
                                std::size_t count) {
  const std::uint32_t* const keys = graph_.keys.keys().data();
  for (std::size_t i = 0; i < count; ++i) {
    block_keys_[i] = keys[words_[leaves[i]] & edge_mask_];
  }
  if (graph_.keys.is_wide()) {
    const std::uint32_t* const highs = keys + graph_.keys.high_offset();
    for (std::size_t i = 0; i < count; ++i) {
      block_keys_[kBlockKeysSize + i] = highs[words_[leaves[i]] & edge_mask_];
    }
  }
  Block& block = blocks_[0];
  hash_(block_keys_.data(), count, block_hash_, block.first.data(),
        block.second.data());
  for (std::size_t i = 0; i < count; ++i) {
    others_[i] = block.first[i] ^ block.second[i] ^ leaves[i];
    __builtin_prefetch(words_ + others_[i], 1);
  }
}

Outcome InPlacePeel::Peel() {
  std::uint32_t tail = queued_count_;
  std::size_t peeled_count = 0;
  for (std::uint32_t head = 0; head < tail;) {
    if (IsStopped(stop_)) return Outcome::kStopped;
    const std::uint32_t count =
        std::min(static_cast<std::uint32_t>(kBlock), tail - head);
    FindOtherEnds(queue_ + head, count);
    for (std::uint32_t i = 0; i < count; ++i) {
      // The edge may have been taken from its other end meanwhile. There is no
      // branch on that: it would be mispredicted all the time.
      const std::uint32_t word = words_[queue_[head + i]];
      const bool live = degree(word) == 1;
      const std::uint32_t live_mask = -std::uint32_t{live};
      // The leaf's word, of degree 1, is what its edge added to the other's.
      const std::uint32_t edge = word & edge_mask_;
      const std::uint32_t other = others_[i];
      const std::uint32_t rest = (words_[other] ^ (edge & live_mask)) -
                                 (live_mask & 1u << degree_shift_);
      words_[other] = rest;
      peeled_count += live;
      queue_[tail] = other;
      tail += live & (degree(rest) == 1);
    }
    head += count;
  }
  queued_count_ = tail;
  return peeled_count == graph_.keys.size() ? Outcome::kSolved
                                            : Outcome::kCyclic;
}

template <typename Settle>
bool InPlacePeel::AssignBlocks(Settle settle) {
  for (std::uint32_t end = queued_count_; end > 0;) {
    if (IsStopped(stop_)) return false;
    const std::uint32_t count =
        std::min(static_cast<std::uint32_t>(kBlock), end);
    const std::uint32_t* const leaves = queue_ + (end - count);
    FindOtherEnds(leaves, count);
    for (std::uint32_t i = count; i-- > 0;) {
      const std::uint32_t leaf = leaves[i];
      const std::uint32_t word = words_[leaf];
      const std::uint32_t live_mask = -degree(word);  // the degree is 0 or 1
      // The other end is settled, or it is the root of its tree, which is 0.
      words_[leaf] =
          ((word & edge_mask_) - words_[others_[i]]) & edge_mask_ & live_mask;
      settle(leaf, others_[i], live_mask);
    }
    end -= count;
  }
  return true;
}

bool InPlacePeel::Assign() {
  return AssignBlocks([](std::uint32_t, std::uint32_t, std::uint32_t) {});
}

bool InPlacePeel::AssignAndMeasureDepth(std::uint32_t* depths,
                                        std::uint32_t& depth_max) {
  if (!Clear(depths, graph_.size.vertex_count, stop_)) return false;
  std::uint32_t deepest = 0;
  const bool assigned = AssignBlocks(
      [&](std::uint32_t leaf, std::uint32_t other, std::uint32_t live_mask) {
        depths[leaf] = (depths[other] + 1) & live_mask;
        deepest = std::max(deepest, depths[leaf]);
      });
  depth_max = deepest;
  return assigned;
}

}  // namespace

std::optional<Outcome> AssignInPlace(const GraphOfKeys& graph,
                                     Workspace& workspace,
                                     const StopCheck* stop,
                                     const Assignment& assignment) {
  InPlacePeel peel(graph, workspace, stop, assignment.entries);
  if (!peel.AddAllEdges() || !peel.FindLeaves()) return Outcome::kStopped;
  if (!peel.degrees_fit()) return std::nullopt;
  if (const Outcome outcome = peel.Peel(); outcome != Outcome::kSolved) {
    return outcome;
  }
  ForestShape* const shape = assignment.shape;
  if (shape == nullptr) {
    return peel.Assign() ? Outcome::kSolved : Outcome::kStopped;
  }
  shape->empty_vertex_count = peel.empty_vertex_count();
  shape->visited_vertex_count =
      graph.size.vertex_count - peel.empty_vertex_count();
  return peel.AssignAndMeasureDepth(workspace.ForDepths(graph.size),
                                    shape->depth_max)
             ? Outcome::kSolved
             : Outcome::kStopped;
}

}  // namespace perfecthash
