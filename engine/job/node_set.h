#pragma once

#include <bit>
#include <cstdint>

namespace perfecthash {

// A set of the engine's nodes, by position in its list of nodes (not by the
// system's node id). A value; at most 64 nodes.
class NodeSet {
 public:
  static constexpr int kNodesMax = 64;

  constexpr NodeSet() = default;
  static constexpr NodeSet Of(int node) { return NodeSet(1ULL << node); }
  static constexpr NodeSet FirstN(int count) {
    return NodeSet(count >= kNodesMax ? ~0ULL : (1ULL << count) - 1);
  }

  constexpr bool empty() const { return bits_ == 0; }
  constexpr int size() const { return std::popcount(bits_); }
  constexpr bool Contains(int node) const { return (bits_ >> node & 1) != 0; }
  constexpr bool Intersects(NodeSet other) const {
    return (bits_ & other.bits_) != 0;
  }
  constexpr void Insert(int node) { bits_ |= 1ULL << node; }
  constexpr void Erase(int node) { bits_ &= ~(1ULL << node); }

  // The lowest member; the set is not empty.
  constexpr int First() const { return std::countr_zero(bits_); }
  // The `rank`-th lowest member, from 0; rank < size().
  constexpr int Nth(int rank) const {
    std::uint64_t rest = bits_;
    while (rank-- > 0) rest &= rest - 1;
    return std::countr_zero(rest);
  }

  friend constexpr NodeSet operator&(NodeSet a, NodeSet b) {
    return NodeSet(a.bits_ & b.bits_);
  }
  friend constexpr NodeSet operator|(NodeSet a, NodeSet b) {
    return NodeSet(a.bits_ | b.bits_);
  }
  friend constexpr bool operator==(NodeSet, NodeSet) = default;

 private:
  explicit constexpr NodeSet(std::uint64_t bits) : bits_(bits) {}
  std::uint64_t bits_ = 0;
};

}  // namespace perfecthash
