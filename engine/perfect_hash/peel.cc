#include "engine/perfect_hash/peel.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <utility>

#include "engine/perfect_hash/peel_in_place.h"

namespace perfecthash {
namespace {

constexpr std::size_t kBlock = Workspace::kBlockKeyCount;

__extension__ typedef unsigned __int128 Wide;

// What is known of a vertex, in one word: its degree, the XOR of its edges and
// the XOR of its neighbours. When the degree is 1 these are the edge and the
// neighbour. Taking an edge away is one XOR and one subtraction.
template <typename Word>
class VertexWords {
 public:
  VertexWords(const GraphSize& size, std::uint64_t* memory)
      : words_(reinterpret_cast<Word*>(memory)),
        edge_shift_(std::countr_zero(size.vertex_count)),
        degree_shift_(edge_shift_ + std::countr_zero(size.edge_count)),
        count_(size.vertex_count) {
    std::memset(memory, 0, count_ * sizeof(Word));
  }

  // Whether the degrees of `edge_count` added edges fit the bits left for
  // them. Each that does not takes its overflow out of the sum.
  bool degrees_fit(std::size_t edge_count) const {
    std::uint64_t sum = 0;
    for (std::uint32_t vertex = 0; vertex < count_; ++vertex) {
      sum += static_cast<std::uint64_t>(degree(words_[vertex]));
    }
    return sum == 2 * edge_count;
  }

  Word& operator[](std::uint32_t vertex) { return words_[vertex]; }
  std::uint32_t count() const { return count_; }

  Word one_degree() const { return Word{1} << degree_shift_; }
  Word degree(Word word) const { return word >> degree_shift_; }
  Word ends(std::uint32_t edge, std::uint32_t neighbour) const {
    return Word{edge} << edge_shift_ | neighbour;
  }
  std::uint32_t edge(Word word) const {
    const Word mask = (Word{1} << (degree_shift_ - edge_shift_)) - 1;
    return static_cast<std::uint32_t>(word >> edge_shift_ & mask);
  }
  std::uint32_t neighbour(Word word) const {
    return static_cast<std::uint32_t>(word) & (count_ - 1);
  }

  void AddEdge(std::uint32_t edge, std::uint32_t a, std::uint32_t b) {
    words_[a] = (words_[a] ^ ends(edge, b)) + one_degree();
    words_[b] = (words_[b] ^ ends(edge, a)) + one_degree();
  }

 private:
  Word* words_;
  int edge_shift_;
  int degree_shift_;
  std::uint32_t count_;
};

template <typename Word>
void AddAllEdges(const GraphOfKeys& graph, VertexWords<Word>& words,
                 Workspace::Block& block) {
  const auto keys = graph.keys.keys();
  const auto hash = graph.kernel.hash_block[static_cast<int>(graph.function)];
  for (std::size_t i = 0; i < keys.size(); i += kBlock) {
    const std::size_t count = std::min(kBlock, keys.size() - i);
    hash(keys.data() + i, count, graph.hash, block.first.data(),
         block.second.data());
    for (std::size_t j = 0; j < count; ++j) {
      __builtin_prefetch(&words[block.first[j]], 1);
      __builtin_prefetch(&words[block.second[j]], 1);
    }
    for (std::size_t j = 0; j < count; ++j) {
      words.AddEdge(static_cast<std::uint32_t>(i + j), block.first[j],
                    block.second[j]);
    }
  }
}

// Fills the queue with the vertices in the order of their peeling and returns
// how many it has, or 0 if edges are left. A vertex enters once, when it is a
// leaf; one whose last edge was taken from the other end meanwhile has degree 0
// when its turn comes and changes nothing. There is no branch on that: it
// would be mispredicted all the time.
template <typename Word>
std::uint32_t Peel(VertexWords<Word>& words, std::size_t edge_count,
                   std::uint32_t* queue) {
  constexpr std::uint32_t kAhead = 16;
  std::uint32_t tail = 0;
  for (std::uint32_t vertex = 0; vertex < words.count(); ++vertex) {
    queue[tail] = vertex;
    tail += words.degree(words[vertex]) == 1;
  }
  std::size_t peeled_count = 0;
  for (std::uint32_t head = 0; head < tail; ++head) {
    if (head + 2 * kAhead < tail) {
      __builtin_prefetch(&words[queue[head + 2 * kAhead]]);
      __builtin_prefetch(&words[words.neighbour(words[queue[head + kAhead]])],
                         1);
    }
    const std::uint32_t leaf = queue[head];
    const Word word = words[leaf];
    const bool live = words.degree(word) == 1;
    const Word live_mask = -Word{live};
    const std::uint32_t other = words.neighbour(word);
    const Word rest =
        (words[other] ^ (words.ends(words.edge(word), leaf) & live_mask)) -
        (words.one_degree() & live_mask);
    words[other] = rest;
    peeled_count += live;
    queue[tail] = other;
    tail += live & (words.degree(rest) == 1);
  }
  return peeled_count == edge_count ? tail : 0;
}

// Backwards through the queue: the neighbour of each leaf is settled before
// the leaf. The words of the leaves are still as they were when peeled. A
// vertex of degree 0 is the root of its tree and gets 0.
template <typename Entry, typename Word>
void Assign(VertexWords<Word>& words, const std::uint32_t* queue,
            std::uint32_t queued_count, std::uint32_t index_mask,
            Entry* entries) {
  constexpr std::uint32_t kAhead = 24;
  for (std::uint32_t i = queued_count; i-- > 0;) {
    if (i >= 2 * kAhead) {
      __builtin_prefetch(&words[queue[i - 2 * kAhead]]);
      __builtin_prefetch(&entries[words.neighbour(words[queue[i - kAhead]])]);
      __builtin_prefetch(&entries[queue[i - kAhead]], 1);
    }
    const std::uint32_t leaf = queue[i];
    const Word word = words[leaf];
    const std::uint32_t live_mask = -(words.degree(word) & 1);
    const std::uint32_t number =
        words.edge(word) - entries[words.neighbour(word)];
    entries[leaf] = static_cast<Entry>(number & index_mask & live_mask);
  }
}

// After the edges were added and before any is taken away.
template <typename Word>
void CountVertices(VertexWords<Word>& words, ForestShape& shape) {
  shape.empty_vertex_count = 0;
  for (std::uint32_t vertex = 0; vertex < words.count(); ++vertex) {
    shape.empty_vertex_count += words.degree(words[vertex]) == 0;
  }
  shape.visited_vertex_count = words.count() - shape.empty_vertex_count;
}

// Backwards as in Assign, after it: each word gives way to the depth of its
// vertex. The word of a root is 0, and so is its depth.
template <typename Word>
std::uint32_t MeasureDepth(VertexWords<Word>& words, const std::uint32_t* queue,
                           std::uint32_t queued_count) {
  Word depth_max = 0;
  for (std::uint32_t i = queued_count; i-- > 0;) {
    Word& word = words[queue[i]];
    if (words.degree(word) == 0) continue;
    word = words[words.neighbour(word)] + 1;
    depth_max = std::max(depth_max, word);
  }
  return static_cast<std::uint32_t>(depth_max);
}

// Nothing if the words are too narrow for the degrees. That takes more than a
// million keys and a hash function that puts most of them on a few vertices.
template <typename Word>
std::optional<AlignedArray<std::uint8_t>> AssignBy(const GraphOfKeys& graph,
                                                   Workspace& workspace,
                                                   ForestShape* shape) {
  const Workspace::PeelScratch scratch = workspace.ForPeel(
      graph.size, static_cast<int>(sizeof(Word) / sizeof(std::uint64_t)));
  VertexWords<Word> words(graph.size, scratch.words);
  AddAllEdges(graph, words, workspace.blocks()[0]);
  if (!words.degrees_fit(graph.keys.size())) return std::nullopt;
  if (shape != nullptr) CountVertices(words, *shape);
  const std::uint32_t queued_count =
      Peel(words, graph.keys.size(), scratch.queue);
  if (queued_count == 0) return AlignedArray<std::uint8_t>();

  const int entry_bytes = graph.size.entry_bytes();
  AlignedArray<std::uint8_t> assigned(std::size_t{graph.size.vertex_count} *
                                      entry_bytes);
  std::memset(assigned.data(), 0, assigned.size());
  const auto assign = [&](auto* entries) {
    Assign(words, scratch.queue, queued_count, graph.size.edge_count - 1,
           entries);
  };
  if (entry_bytes == 1) {
    assign(assigned.data());
  } else if (entry_bytes == 2) {
    assign(reinterpret_cast<std::uint16_t*>(assigned.data()));
  } else {
    assign(reinterpret_cast<std::uint32_t*>(assigned.data()));
  }
  if (shape != nullptr) {
    shape->depth_max = MeasureDepth(words, scratch.queue, queued_count);
  }
  return assigned;
}

}  // namespace

AlignedArray<std::uint8_t> AssignVertices(const GraphOfKeys& graph,
                                          Workspace& workspace,
                                          ForestShape* shape) {
  if (graph.size.entry_bytes() == 4) {
    if (auto assigned = AssignInPlace(graph, workspace, shape)) {
      return *std::move(assigned);
    }
  }
  if (auto assigned = AssignBy<std::uint64_t>(graph, workspace, shape)) {
    return *std::move(assigned);
  }
  return *AssignBy<Wide>(graph, workspace, shape);
}

}  // namespace perfecthash
