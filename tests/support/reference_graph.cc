#include "tests/support/reference_graph.h"

#include <cmath>
#include <utility>

#include "engine/base/check.h"

namespace perfecthash {
namespace {

std::uint32_t RotateRight(std::uint32_t value, std::uint32_t count) {
  count %= 32;
  if (count == 0) return value;
  return (value >> count) | (value << (32 - count));
}

std::uint32_t Byte(std::uint32_t seed, int number) {  // from 1
  return (seed >> (8 * (number - 1))) & 0xff;
}

std::uint32_t Jenkins(std::uint32_t key, std::uint32_t seed) {
  std::uint32_t a = 0x9e3779b9, b = 0x9e3779b9, c = seed;
  a += key;
  const auto mix = [](std::uint32_t& x, std::uint32_t y, std::uint32_t z,
                      std::uint32_t shifted) {
    x -= y;
    x -= z;
    x ^= shifted;
  };
  mix(a, b, c, c >> 13);
  mix(b, c, a, a << 8);
  mix(c, a, b, b >> 13);
  mix(a, b, c, c >> 12);
  mix(b, c, a, a << 16);
  mix(c, a, b, b >> 5);
  mix(a, b, c, c >> 3);
  mix(b, c, a, a << 10);
  mix(c, a, b, b >> 15);
  return c;
}

ReferenceEdge HashOne(std::string_view function,
                      absl::Span<const std::uint32_t> s,
                      std::uint32_t vertex_count, std::uint32_t k) {
  const std::uint32_t mask = vertex_count - 1;
  const auto shift =
      32 - static_cast<std::uint32_t>(std::lround(std::log2(vertex_count)));
  if (function == "MultiplyShiftR") {
    return {((k * s[0]) >> Byte(s[2], 1)) & mask,
            ((k * s[1]) >> Byte(s[2], 2)) & mask};
  }
  if (function == "MultiplyShiftRX") {
    return {(k * s[0]) >> shift, (k * s[1]) >> shift};
  }
  if (function == "Mulshrolate1RX") {
    return {RotateRight(k * s[0], Byte(s[2], 2)) >> shift, (k * s[1]) >> shift};
  }
  if (function == "Mulshrolate2RX") {
    return {RotateRight(k * s[0], Byte(s[2], 2)) >> shift,
            RotateRight(k * s[1], Byte(s[2], 3)) >> shift};
  }
  if (function == "Mulshrolate3RX") {
    return {(RotateRight(k * s[0], Byte(s[2], 2)) * s[3]) >> shift,
            RotateRight(k * s[1], Byte(s[2], 3)) >> shift};
  }
  if (function == "Mulshrolate4RX") {
    return {(RotateRight(k * s[0], Byte(s[2], 2)) * s[3]) >> shift,
            (RotateRight(k * s[1], Byte(s[2], 3)) * s[4]) >> shift};
  }
  CHECK(function == "Jenkins");
  return {Jenkins(k, s[0]) & mask, Jenkins(k, s[1]) & mask};
}

}  // namespace

std::vector<ReferenceEdge> MakeReferenceEdges(
    std::string_view function, absl::Span<const std::uint32_t> seeds,
    std::uint32_t vertex_count, std::uint32_t bias,
    absl::Span<const std::uint32_t> keys) {
  std::vector<ReferenceEdge> edges;
  edges.reserve(keys.size());
  for (const std::uint32_t key : keys) {
    edges.push_back(HashOne(function, seeds, vertex_count, key + bias));
  }
  return edges;
}

ReferenceGraph::ReferenceGraph(std::vector<ReferenceEdge> edges,
                               std::uint32_t vertex_count)
    : edges_(std::move(edges)), vertices_(vertex_count) {
  for (std::uint32_t i = 0; i < edges_.size(); ++i) {
    for (const std::uint32_t end : {edges_[i].first, edges_[i].second}) {
      ++vertices_[end].degree;
      vertices_[end].edges_xor ^= i;
    }
  }
  for (std::uint32_t v = 0; v < vertex_count; ++v) RemoveFrom(v);
  for (std::size_t i = 0; i < removed_.size(); ++i) {
    const ReferenceEdge edge = edges_[removed_[i]];
    RemoveFrom(edge.first);
    RemoveFrom(edge.second);
  }
}

void ReferenceGraph::RemoveFrom(std::uint32_t vertex) {
  if (vertices_[vertex].degree != 1) return;
  const std::uint32_t edge = vertices_[vertex].edges_xor;
  for (const std::uint32_t end : {edges_[edge].first, edges_[edge].second}) {
    --vertices_[end].degree;
    vertices_[end].edges_xor ^= edge;
  }
  removed_.push_back(edge);
}

bool ReferenceGraph::has_loop() const {
  for (const ReferenceEdge& edge : edges_) {
    if (edge.first == edge.second) return true;
  }
  return false;
}

std::vector<std::uint32_t> ReferenceGraph::Assign(
    std::uint32_t edge_count) const {
  CHECK(!has_cycle());
  std::vector<std::uint32_t> numbers(vertices_.size(), 0);
  std::vector<bool> settled(vertices_.size(), false);
  for (std::size_t i = removed_.size(); i-- > 0;) {
    const std::uint32_t edge = removed_[i];
    auto [open, other] = edges_[edge];
    if (settled[open]) std::swap(open, other);
    numbers[open] = (edge + edge_count - numbers[other]) % edge_count;
    settled[open] = true;
    settled[other] = true;
  }
  return numbers;
}

}  // namespace perfecthash
