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

std::uint32_t RotateLeft(std::uint32_t value, std::uint32_t count) {
  return RotateRight(value, 32 - count % 32);
}

std::uint32_t Fnv(std::uint32_t key, std::uint32_t seed) {
  std::uint32_t h = seed ^ 2166136261u;
  for (int i = 0; i < 4; ++i) {
    h *= 16777619u;
    h ^= key & 0xff;
    key >>= 8;
  }
  return h;
}

std::uint32_t Crc32c(std::uint32_t key, std::uint32_t crc) {
  for (int bit = 0; bit < 32; ++bit) {
    const bool set = ((crc ^ (key >> bit)) & 1) != 0;
    crc >>= 1;
    if (set) crc ^= 0x82f63b78;
  }
  return crc;
}

std::uint32_t XorRotate(std::uint32_t v, std::uint32_t count) {
  return v ^ RotateRight(v, count);
}

std::uint32_t XorShift(std::uint32_t v, std::uint32_t count) {
  return v ^ (v >> count);
}

std::uint32_t Multiply64(std::uint32_t key, std::uint32_t low,
                         std::uint32_t high, std::uint32_t shift) {
  const std::uint64_t factor = (std::uint64_t{high} << 32) + low;
  return static_cast<std::uint32_t>((key * factor) >> shift);
}

// The functions whose vertices are masked, before that.
ReferenceEdge HashUnmasked(std::string_view function,
                           absl::Span<const std::uint32_t> s, std::uint32_t k) {
  const auto b3 = [&](int number) { return Byte(s[2], number); };
  if (function == "Jenkins") return {Jenkins(k, s[0]), Jenkins(k, s[1])};
  if (function == "Fnv") return {Fnv(k, s[0]), Fnv(k, s[1])};
  if (function == "MultiplyShiftR") {
    return {(k * s[0]) >> b3(1), (k * s[1]) >> b3(2)};
  }
  if (function == "Crc32RotateX") {
    return {Crc32c(k, s[0]), Crc32c(RotateLeft(k, b3(1)), s[1])};
  }
  if (function == "Crc32RotateXY") {
    return {Crc32c(RotateRight(k, b3(1)), s[0]),
            Crc32c(RotateLeft(k, b3(2)), s[1])};
  }
  if (function == "Crc32RotateWXYZ") {
    return {RotateLeft(Crc32c(RotateRight(k, b3(1)), s[0]), b3(2)),
            RotateRight(Crc32c(RotateLeft(k, b3(3)), s[1]), b3(4))};
  }
  if (function == "RotateMultiplyXorRotate") {
    return {XorRotate(RotateRight(k, b3(1)) * s[0], b3(2)),
            XorRotate(RotateRight(k, b3(3)) * s[1], b3(4))};
  }
  if (function == "ShiftMultiplyXorShift") {
    return {XorShift((k >> b3(1)) * s[0], b3(2)),
            XorShift((k >> b3(3)) * s[1], b3(4))};
  }
  if (function == "RotateMultiplyXorRotate2") {
    const auto half = [&](std::uint32_t bytes, std::uint32_t m1,
                          std::uint32_t m2) {
      return XorRotate(
          XorRotate(RotateRight(k, Byte(bytes, 1)) * m1, Byte(bytes, 2)) * m2,
          Byte(bytes, 3));
    };
    return {half(s[2], s[0], s[1]), half(s[5], s[3], s[4])};
  }
  if (function == "ShiftMultiplyXorShift2") {
    const auto half = [&](std::uint32_t bytes, std::uint32_t m1,
                          std::uint32_t m2) {
      return XorShift(XorShift((k >> Byte(bytes, 1)) * m1, Byte(bytes, 2)) * m2,
                      Byte(bytes, 3));
    };
    return {half(s[2], s[0], s[1]), half(s[5], s[3], s[4])};
  }
  if (function == "MultiplyRotateR") {
    return {RotateRight(k * s[0], b3(1)), RotateRight(k * s[1], b3(2))};
  }
  if (function == "MultiplyRotateLR") {
    return {RotateLeft(k * s[0], b3(1)), RotateRight(k * s[1], b3(2))};
  }
  if (function == "MultiplyRotateR2") {
    return {RotateRight(RotateRight(k * s[0], b3(1)) * s[1], b3(2)),
            RotateRight(RotateRight(k * s[3], b3(3)) * s[4], b3(4))};
  }
  if (function == "MultiplyRotateRMultiply") {
    return {RotateRight(k * s[0], b3(1)) * s[1],
            RotateRight(k * s[3], b3(2)) * s[4]};
  }
  if (function == "MultiplyShiftLR") {
    return {(k * s[0]) << b3(1), (k * s[1]) >> b3(2)};
  }
  if (function == "MultiplyShiftR2") {
    return {(((k * s[0]) >> b3(1)) * s[1]) >> b3(2),
            (((k * s[3]) >> b3(3)) * s[4]) >> b3(4)};
  }
  if (function == "MultiplyShiftRMultiply") {
    return {((k * s[0]) >> b3(1)) * s[1], ((k * s[3]) >> b3(2)) * s[4]};
  }
  if (function == "RotateRMultiply") {
    return {RotateRight(k, b3(1)) * s[0], RotateRight(k, b3(2)) * s[1]};
  }
  if (function == "RotateRMultiplyRotateR") {
    return {RotateRight(RotateRight(k, b3(1)) * s[0], b3(2)),
            RotateRight(RotateRight(k, b3(3)) * s[1], b3(4))};
  }
  CHECK(function == "Multiply643ShiftR" || function == "Multiply644ShiftR");
  return {Multiply64(k, s[0], s[1], b3(1)), Multiply64(k, s[3], s[4], b3(2))};
}

ReferenceEdge HashOne(std::string_view function,
                      absl::Span<const std::uint32_t> s,
                      std::uint32_t vertex_count, std::uint32_t k) {
  const std::uint32_t mask = vertex_count - 1;
  const auto shift =
      32 - static_cast<std::uint32_t>(std::lround(std::log2(vertex_count)));
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
  if (function == "MultiplyXorShiftRX") {
    const auto half = [&](std::uint32_t a, std::uint32_t b, std::uint32_t c) {
      return (XorShift(XorShift(k * a, 15) * b, 13) * c) >> shift;
    };
    return {half(s[0], s[2], s[4]), half(s[1], s[3], s[5])};
  }
  const ReferenceEdge edge = HashUnmasked(function, s, k);
  return {edge.first & mask, edge.second & mask};
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
