#include "engine/perfect_hash/peel.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

#include "engine/perfect_hash/peel_in_place.h"

namespace perfecthash {
namespace {

constexpr std::size_t kBlock = Workspace::kBlockKeyCount;
// Between two looks at the stop.
constexpr std::uint32_t kVerticesBetweenStops = 4096;
constexpr std::uint32_t kVerticesBetweenScanStops = 64 * 1024;

__extension__ typedef unsigned __int128 Wide;

// Where the parts of a word are: the XOR of the neighbours below, of the edges
// above it, the degree on top. In a small graph each has a place of its own,
// known to the compiler; in others as many bits as are needed.
struct SmallLayout {
  using Word = std::uint64_t;
  static constexpr std::uint32_t kAhead = 0;

  explicit SmallLayout(const GraphSize& size) {}
  static constexpr int edge_shift = 32;
  static constexpr int degree_shift = 48;
};

template <typename WordType>
struct FittingLayout {
  using Word = WordType;
  static constexpr std::uint32_t kAhead = 16;  // vertices

  explicit FittingLayout(const GraphSize& size)
      : edge_shift(std::countr_zero(size.vertex_count)),
        degree_shift(edge_shift + std::countr_zero(size.edge_count)) {}
  int edge_shift;
  int degree_shift;
};

// What is known of a vertex, in one word: its degree, the XOR of its edges and
// the XOR of its neighbours. When the degree is 1 these are the edge and the
// neighbour. Taking an edge away is one XOR and one subtraction.
template <typename Layout>
class VertexWords {
 public:
  using Word = typename Layout::Word;

  VertexWords(const GraphSize& size, std::uint64_t* memory)
      : words_(reinterpret_cast<Word*>(memory)),
        layout_(size),
        count_(size.vertex_count) {}

  // Whether the bits left for degrees hold any that `edge_count` edges make.
  bool any_degree_fits(std::size_t edge_count) const {
    return Word{2 * edge_count} >> (8 * sizeof(Word) - layout_.degree_shift) ==
           0;
  }

  Word& operator[](std::uint32_t vertex) { return words_[vertex]; }
  std::uint32_t count() const { return count_; }

  Word one_degree() const { return Word{1} << layout_.degree_shift; }
  Word degree(Word word) const { return word >> layout_.degree_shift; }
  // Of an edge to `neighbour` whose other end has the word of a leaf.
  Word ends_of_leaf(Word word, std::uint32_t neighbour) const {
    return (word & edge_mask()) | neighbour;
  }
  std::uint32_t edge(Word word) const {
    return static_cast<std::uint32_t>((word & edge_mask()) >>
                                      layout_.edge_shift);
  }
  std::uint32_t neighbour(Word word) const {
    return static_cast<std::uint32_t>(word) & (count_ - 1);
  }

  void AddEdge(std::uint32_t edge, std::uint32_t a, std::uint32_t b) {
    const Word edge_bits = Word{edge} << layout_.edge_shift;
    words_[a] = (words_[a] ^ (edge_bits | b)) + one_degree();
    words_[b] = (words_[b] ^ (edge_bits | a)) + one_degree();
  }

 private:
  Word edge_mask() const {
    return one_degree() - (Word{1} << layout_.edge_shift);
  }

  Word* words_;
  Layout layout_;
  std::uint32_t count_;
};

template <typename Layout>
class PackedPeel {
 public:
  using Word = typename Layout::Word;
  static constexpr std::uint32_t kAhead = Layout::kAhead;

  PackedPeel(const GraphOfKeys& graph, Workspace& workspace,
             const StopCheck* stop)
      : PackedPeel(graph, workspace, stop,
                   workspace.ForPeel(graph.size,
                                     sizeof(Word) / sizeof(std::uint64_t))) {}

  // Nothing if the words are too narrow for the degrees. That takes more than a
  // million keys and a hash function that puts most of them on a few vertices.
  std::optional<Outcome> Assign(const Assignment& assignment) {
    if (!AddAllEdges()) return Outcome::kStopped;
    const std::optional<bool> fit = DegreesFit();
    if (!fit) return Outcome::kStopped;
    if (!*fit) return std::nullopt;
    if (assignment.shape != nullptr) {
      if (!CountVertices(*assignment.shape)) return Outcome::kStopped;
    }
    if (!FindLeaves()) return Outcome::kStopped;
    const Outcome outcome = Peel();
    if (outcome != Outcome::kSolved) return outcome;
    if (!AssignEntries(assignment.entries)) return Outcome::kStopped;
    if (assignment.shape != nullptr) {
      if (!MeasureDepth(*assignment.shape)) return Outcome::kStopped;
    }
    return Outcome::kSolved;
  }

 private:
  PackedPeel(const GraphOfKeys& graph, Workspace& workspace,
             const StopCheck* stop, const Workspace::PeelScratch& scratch)
      : graph_(graph),
        stop_(stop),
        block_(workspace.blocks()[0]),
        words_(graph.size, scratch.words),
        queue_(scratch.queue) {}

  // All of these are false (or kStopped, or nothing) if stopped.
  bool AddAllEdges();
  std::optional<bool> DegreesFit();
  // After the edges were added and before any is taken away.
  bool CountVertices(ForestShape& shape);
  bool FindLeaves();
  Outcome Peel();
  bool AssignEntries(std::uint8_t* entries);
  template <typename Entry>
  bool AssignBackwards(Entry* entries);
  bool MeasureDepth(ForestShape& shape);

  bool StopsAt(std::uint32_t position) const {
    return position % kVerticesBetweenStops == 0 && IsStopped(stop_);
  }

  const GraphOfKeys& graph_;
  const StopCheck* const stop_;
  Workspace::Block& block_;
  VertexWords<Layout> words_;
  // The vertices in the order of their peeling.
  std::uint32_t* const queue_;
  std::uint32_t queued_count_ = 0;
};

template <typename Layout>
bool PackedPeel<Layout>::AddAllEdges() {
  const bool cleared =
      InPieces(words_.count(), kVerticesBetweenScanStops, stop_,
               [&](std::size_t begin, std::size_t end) {
                 std::memset(&words_[static_cast<std::uint32_t>(begin)], 0,
                             (end - begin) * sizeof(Word));
               });
  const auto keys = graph_.keys.keys();
  const auto hash = graph_.kernel.hash_block[static_cast<int>(graph_.function)];
  return cleared &&
         InPieces(keys.size(), kBlock, stop_,
                  [&](std::size_t begin, std::size_t end) {
                    const std::size_t count = end - begin;
                    hash(keys.data() + begin, count, graph_.hash,
                         block_.first.data(), block_.second.data());
                    for (std::size_t i = 0; kAhead > 0 && i < count; ++i) {
                      __builtin_prefetch(&words_[block_.first[i]], 1);
                      __builtin_prefetch(&words_[block_.second[i]], 1);
                    }
                    for (std::size_t i = 0; i < count; ++i) {
                      words_.AddEdge(static_cast<std::uint32_t>(begin + i),
                                     block_.first[i], block_.second[i]);
                    }
                  });
}

// A degree that does not fit takes its overflow out of the sum.
template <typename Layout>
std::optional<bool> PackedPeel<Layout>::DegreesFit() {
  const std::size_t edge_count = graph_.keys.size();
  if (words_.any_degree_fits(edge_count)) return true;
  std::uint64_t sum = 0;
  const bool summed = InPieces(
      words_.count(), kVerticesBetweenScanStops, stop_,
      [&](std::size_t begin, std::size_t end) {
        for (std::size_t vertex = begin; vertex < end; ++vertex) {
          sum += static_cast<std::uint64_t>(
              words_.degree(words_[static_cast<std::uint32_t>(vertex)]));
        }
      });
  if (!summed) return std::nullopt;
  return sum == 2 * edge_count;
}

template <typename Layout>
bool PackedPeel<Layout>::CountVertices(ForestShape& shape) {
  std::uint32_t empty_count = 0;
  const bool counted = InPieces(
      words_.count(), kVerticesBetweenScanStops, stop_,
      [&](std::size_t begin, std::size_t end) {
        for (std::size_t vertex = begin; vertex < end; ++vertex) {
          empty_count +=
              words_.degree(words_[static_cast<std::uint32_t>(vertex)]) == 0;
        }
      });
  shape.empty_vertex_count = empty_count;
  shape.visited_vertex_count = words_.count() - empty_count;
  return counted;
}

template <typename Layout>
bool PackedPeel<Layout>::FindLeaves() {
  std::uint32_t tail = 0;
  const bool found =
      InPieces(words_.count(), kVerticesBetweenScanStops, stop_,
               [&](std::size_t begin, std::size_t end) {
                 const auto last = static_cast<std::uint32_t>(end);
                 for (auto vertex = static_cast<std::uint32_t>(begin);
                      vertex < last; ++vertex) {
                   queue_[tail] = vertex;
                   tail += words_.degree(words_[vertex]) == 1;
                 }
               });
  queued_count_ = tail;
  return found;
}

// Appends to the queue. A vertex enters once, when it is a leaf; one whose last
// edge was taken from the other end meanwhile has degree 0 when its turn comes
// and changes nothing. There is no branch on that: it would be mispredicted all
// the time.
template <typename Layout>
Outcome PackedPeel<Layout>::Peel() {
  std::uint32_t tail = queued_count_;
  std::size_t peeled_count = 0;
  for (std::uint32_t head = 0; head < tail; ++head) {
    if (StopsAt(head)) return Outcome::kStopped;
    if (kAhead > 0 && head + 2 * kAhead < tail) {
      __builtin_prefetch(&words_[queue_[head + 2 * kAhead]]);
      __builtin_prefetch(
          &words_[words_.neighbour(words_[queue_[head + kAhead]])], 1);
    }
    const std::uint32_t leaf = queue_[head];
    const Word word = words_[leaf];
    const bool live = words_.degree(word) == 1;
    const Word live_mask = -Word{live};
    const std::uint32_t other = words_.neighbour(word);
    const Word rest =
        (words_[other] ^ (words_.ends_of_leaf(word, leaf) & live_mask)) -
        (words_.one_degree() & live_mask);
    words_[other] = rest;
    peeled_count += live;
    queue_[tail] = other;
    tail += live & (words_.degree(rest) == 1);
  }
  queued_count_ = tail;
  return peeled_count == graph_.keys.size() ? Outcome::kSolved
                                            : Outcome::kCyclic;
}

template <typename Layout>
bool PackedPeel<Layout>::AssignEntries(std::uint8_t* entries) {
  constexpr std::size_t kBytesBetweenStops = std::size_t{256} << 10;
  const int entry_bytes = graph_.size.entry_bytes();
  const bool cleared =
      InPieces(std::size_t{words_.count()} * entry_bytes, kBytesBetweenStops,
               stop_, [&](std::size_t begin, std::size_t end) {
                 std::memset(entries + begin, 0, end - begin);
               });
  if (!cleared) return false;
  if (entry_bytes == 1) return AssignBackwards(entries);
  if (entry_bytes == 2) {
    return AssignBackwards(reinterpret_cast<std::uint16_t*>(entries));
  }
  return AssignBackwards(reinterpret_cast<std::uint32_t*>(entries));
}

// Backwards through the queue: the neighbour of each leaf is settled before
// the leaf. The words of the leaves are still as they were when peeled. A
// vertex of degree 0 is the root of its tree and gets 0.
template <typename Layout>
template <typename Entry>
bool PackedPeel<Layout>::AssignBackwards(Entry* entries) {
  const std::uint32_t index_mask = graph_.size.edge_count - 1;
  for (std::uint32_t i = queued_count_; i-- > 0;) {
    if (StopsAt(i)) return false;
    if (kAhead > 0 && i >= 2 * kAhead) {
      __builtin_prefetch(&words_[queue_[i - 2 * kAhead]]);
      __builtin_prefetch(
          &entries[words_.neighbour(words_[queue_[i - kAhead]])]);
      __builtin_prefetch(&entries[queue_[i - kAhead]], 1);
    }
    const std::uint32_t leaf = queue_[i];
    const Word word = words_[leaf];
    const std::uint32_t live_mask = -(words_.degree(word) & 1);
    const std::uint32_t number =
        words_.edge(word) - entries[words_.neighbour(word)];
    entries[leaf] = static_cast<Entry>(number & index_mask & live_mask);
  }
  return true;
}

// Backwards too, after the entries: each word gives way to the depth of its
// vertex. The word of a root is 0, and so is its depth.
template <typename Layout>
bool PackedPeel<Layout>::MeasureDepth(ForestShape& shape) {
  Word depth_max = 0;
  for (std::uint32_t i = queued_count_; i-- > 0;) {
    if (StopsAt(i)) return false;
    Word& word = words_[queue_[i]];
    if (words_.degree(word) == 0) continue;
    word = words_[words_.neighbour(word)] + 1;
    depth_max = std::max(depth_max, word);
  }
  shape.depth_max = static_cast<std::uint32_t>(depth_max);
  return true;
}

}  // namespace

Outcome AssignVertices(const GraphOfKeys& graph, Workspace& workspace,
                       const StopCheck* stop, const Assignment& assignment) {
  using Fitting = FittingLayout<std::uint64_t>;
  using FittingWide = FittingLayout<Wide>;
  const auto first =
      graph.size.entry_bytes() == 4
          ? AssignInPlace(graph, workspace, stop, assignment)
          : PackedPeel<SmallLayout>(graph, workspace, stop).Assign(assignment);
  if (first) return *first;
  if (const auto outcome =
          PackedPeel<Fitting>(graph, workspace, stop).Assign(assignment)) {
    return *outcome;
  }
  return *PackedPeel<FittingWide>(graph, workspace, stop).Assign(assignment);
}

}  // namespace perfecthash
