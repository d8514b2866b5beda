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

// What the formulas need besides the key.
struct Formula {
  const std::uint32_t* s;  // seeds, from 0
  std::uint32_t shift;     // 32 - log2(vertex count)

  std::uint32_t b3(int number) const { return Byte(s[2], number); }
};
using Hash = ReferenceEdge (*)(const Formula& f, std::uint32_t k);

// Two multiplications with a rotation or a shift before, between and after.
template <std::uint32_t (*kFirst)(std::uint32_t, std::uint32_t),
          std::uint32_t (*kThen)(std::uint32_t, std::uint32_t)>
std::uint32_t TwoProducts(std::uint32_t k, std::uint32_t bytes,
                          std::uint32_t m1, std::uint32_t m2) {
  return kThen(kThen(kFirst(k, Byte(bytes, 1)) * m1, Byte(bytes, 2)) * m2,
               Byte(bytes, 3));
}

std::uint32_t ShiftRight(std::uint32_t value, std::uint32_t count) {
  return value >> count;
}

std::uint32_t Strong(std::uint32_t k, std::uint32_t a, std::uint32_t b,
                     std::uint32_t c) {
  return XorShift(XorShift(k * a, 15) * b, 13) * c;
}

// Of keys of 32 bits; those of 64 are tested by themselves.
std::uint32_t WideProduct(std::uint32_t k, std::uint32_t low,
                          std::uint32_t high) {
  return static_cast<std::uint32_t>((k * ((std::uint64_t{high} << 32) + low)) >>
                                    32);
}

// Hashes all keys, with the function known to the compiler. False, and at once,
// if a key has twice the same vertex.
template <Hash kHash>
bool HashAllBy(const ReferenceHashing& hashing,
               absl::Span<const std::uint32_t> keys,
               std::vector<ReferenceEdge>& edges) {
  const Formula formula = {hashing.seeds.data(),
                           32 - static_cast<std::uint32_t>(std::lround(
                                    std::log2(hashing.vertex_count)))};
  const std::uint32_t mask = hashing.vertex_count - 1;
  edges.resize(keys.size());
  bool has_loop = false;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const ReferenceEdge edge = kHash(formula, keys[i] + hashing.bias);
    edges[i] = {edge.first & mask, edge.second & mask};
    has_loop |= edges[i].first == edges[i].second;
    if (has_loop && hashing.ends_at_loop) return false;
  }
  return !has_loop;
}

struct NamedHash {
  std::string_view name;
  bool (*hash_all)(const ReferenceHashing& hashing,
                   absl::Span<const std::uint32_t> keys,
                   std::vector<ReferenceEdge>& edges);
};

template <Hash kHash>
constexpr NamedHash Named(std::string_view name) {
  return {name, HashAllBy<kHash>};
}

using F = const Formula&;
using K = std::uint32_t;
using E = ReferenceEdge;

constexpr NamedHash kHashes[] = {
    Named<[](F f, K k) -> E {
      return {(k * f.s[0]) >> f.shift, (k * f.s[1]) >> f.shift};
    }>("MultiplyShiftRX"),
    Named<[](F f, K k) -> E {
      return {RotateRight(k * f.s[0], f.b3(2)) >> f.shift,
              (k * f.s[1]) >> f.shift};
    }>("Mulshrolate1RX"),
    Named<[](F f, K k) -> E {
      return {RotateRight(k * f.s[0], f.b3(2)) >> f.shift,
              RotateRight(k * f.s[1], f.b3(3)) >> f.shift};
    }>("Mulshrolate2RX"),
    Named<[](F f, K k) -> E {
      return {(RotateRight(k * f.s[0], f.b3(2)) * f.s[3]) >> f.shift,
              RotateRight(k * f.s[1], f.b3(3)) >> f.shift};
    }>("Mulshrolate3RX"),
    Named<[](F f, K k) -> E {
      return {(RotateRight(k * f.s[0], f.b3(2)) * f.s[3]) >> f.shift,
              (RotateRight(k * f.s[1], f.b3(3)) * f.s[4]) >> f.shift};
    }>("Mulshrolate4RX"),
    Named<[](F f, K k) -> E {
      return {Strong(k, f.s[0], f.s[2], f.s[4]) >> f.shift,
              Strong(k, f.s[1], f.s[3], f.s[5]) >> f.shift};
    }>("MultiplyXorShiftRX"),
    Named<[](F f, K k) -> E {
      return {WideProduct(k, f.s[0], f.s[1]) >> f.shift,
              WideProduct(k, f.s[2], f.s[3]) >> f.shift};
    }>("WideMultiplyShiftRX"),
    Named<[](F f, K k) -> E {
      const auto mix = [](K v, K b, K c) {
        return XorShift(XorShift(v, 15) * b, 13) * c;
      };
      return {mix(WideProduct(k, f.s[0], f.s[1]), f.s[4], f.s[6]) >> f.shift,
              mix(WideProduct(k, f.s[2], f.s[3]), f.s[5], f.s[7]) >> f.shift};
    }>("WideMultiplyXorShiftRX"),
    Named<[](F f, K k) -> E {
      return {Jenkins(k, f.s[0]), Jenkins(k, f.s[1])};
    }>("Jenkins"),
    Named<[](F f, K k) -> E { return {Fnv(k, f.s[0]), Fnv(k, f.s[1])}; }>(
        "Fnv"),
    Named<[](F f, K k) -> E {
      return {(k * f.s[0]) >> f.b3(1), (k * f.s[1]) >> f.b3(2)};
    }>("MultiplyShiftR"),
    Named<[](F f, K k) -> E {
      return {Crc32c(k, f.s[0]), Crc32c(RotateLeft(k, f.b3(1)), f.s[1])};
    }>("Crc32RotateX"),
    Named<[](F f, K k) -> E {
      return {Crc32c(RotateRight(k, f.b3(1)), f.s[0]),
              Crc32c(RotateLeft(k, f.b3(2)), f.s[1])};
    }>("Crc32RotateXY"),
    Named<[](F f, K k) -> E {
      return {RotateLeft(Crc32c(RotateRight(k, f.b3(1)), f.s[0]), f.b3(2)),
              RotateRight(Crc32c(RotateLeft(k, f.b3(3)), f.s[1]), f.b3(4))};
    }>("Crc32RotateWXYZ"),
    Named<[](F f, K k) -> E {
      return {XorRotate(RotateRight(k, f.b3(1)) * f.s[0], f.b3(2)),
              XorRotate(RotateRight(k, f.b3(3)) * f.s[1], f.b3(4))};
    }>("RotateMultiplyXorRotate"),
    Named<[](F f, K k) -> E {
      return {XorShift((k >> f.b3(1)) * f.s[0], f.b3(2)),
              XorShift((k >> f.b3(3)) * f.s[1], f.b3(4))};
    }>("ShiftMultiplyXorShift"),
    Named<[](F f, K k) -> E {
      return {TwoProducts<RotateRight, XorRotate>(k, f.s[2], f.s[0], f.s[1]),
              TwoProducts<RotateRight, XorRotate>(k, f.s[5], f.s[3], f.s[4])};
    }>("RotateMultiplyXorRotate2"),
    Named<[](F f, K k) -> E {
      return {TwoProducts<ShiftRight, XorShift>(k, f.s[2], f.s[0], f.s[1]),
              TwoProducts<ShiftRight, XorShift>(k, f.s[5], f.s[3], f.s[4])};
    }>("ShiftMultiplyXorShift2"),
    Named<[](F f, K k) -> E {
      return {RotateRight(k * f.s[0], f.b3(1)),
              RotateRight(k * f.s[1], f.b3(2))};
    }>("MultiplyRotateR"),
    Named<[](F f, K k) -> E {
      return {RotateLeft(k * f.s[0], f.b3(1)),
              RotateRight(k * f.s[1], f.b3(2))};
    }>("MultiplyRotateLR"),
    Named<[](F f, K k) -> E {
      return {RotateRight(RotateRight(k * f.s[0], f.b3(1)) * f.s[1], f.b3(2)),
              RotateRight(RotateRight(k * f.s[3], f.b3(3)) * f.s[4], f.b3(4))};
    }>("MultiplyRotateR2"),
    Named<[](F f, K k) -> E {
      return {RotateRight(k * f.s[0], f.b3(1)) * f.s[1],
              RotateRight(k * f.s[3], f.b3(2)) * f.s[4]};
    }>("MultiplyRotateRMultiply"),
    Named<[](F f, K k) -> E {
      return {(k * f.s[0]) << f.b3(1), (k * f.s[1]) >> f.b3(2)};
    }>("MultiplyShiftLR"),
    Named<[](F f, K k) -> E {
      return {(((k * f.s[0]) >> f.b3(1)) * f.s[1]) >> f.b3(2),
              (((k * f.s[3]) >> f.b3(3)) * f.s[4]) >> f.b3(4)};
    }>("MultiplyShiftR2"),
    Named<[](F f, K k) -> E {
      return {((k * f.s[0]) >> f.b3(1)) * f.s[1],
              ((k * f.s[3]) >> f.b3(2)) * f.s[4]};
    }>("MultiplyShiftRMultiply"),
    Named<[](F f, K k) -> E {
      return {RotateRight(k, f.b3(1)) * f.s[0],
              RotateRight(k, f.b3(2)) * f.s[1]};
    }>("RotateRMultiply"),
    Named<[](F f, K k) -> E {
      return {RotateRight(RotateRight(k, f.b3(1)) * f.s[0], f.b3(2)),
              RotateRight(RotateRight(k, f.b3(3)) * f.s[1], f.b3(4))};
    }>("RotateRMultiplyRotateR"),
    Named<[](F f, K k) -> E {
      return {Multiply64(k, f.s[0], f.s[1], f.b3(1)),
              Multiply64(k, f.s[3], f.s[4], f.b3(2))};
    }>("Multiply643ShiftR"),
    Named<[](F f, K k) -> E {
      return {Multiply64(k, f.s[0], f.s[1], f.b3(1)),
              Multiply64(k, f.s[3], f.s[4], f.b3(2))};
    }>("Multiply644ShiftR"),
};

}  // namespace

bool HashAll(const ReferenceHashing& hashing,
             absl::Span<const std::uint32_t> keys,
             std::vector<ReferenceEdge>& edges) {
  for (const NamedHash& hash : kHashes) {
    if (hash.name == hashing.function) {
      return hash.hash_all(hashing, keys, edges);
    }
  }
  CheckFailed("a known hash function", __FILE__, __LINE__);
}

std::vector<ReferenceEdge> MakeReferenceEdges(
    std::string_view function, absl::Span<const std::uint32_t> seeds,
    std::uint32_t vertex_count, std::uint32_t bias,
    absl::Span<const std::uint32_t> keys) {
  std::vector<ReferenceEdge> edges;
  HashAll({.function = function,
           .seeds = seeds,
           .vertex_count = vertex_count,
           .bias = bias},
          keys, edges);
  return edges;
}

ReferenceGraph::ReferenceGraph(std::vector<ReferenceEdge> edges,
                               std::uint32_t vertex_count) {
  Build(std::move(edges), vertex_count);
}

std::vector<ReferenceEdge> ReferenceGraph::TakeEdges() {
  return std::move(edges_);
}

void ReferenceGraph::Build(std::vector<ReferenceEdge> edges,
                           std::uint32_t vertex_count) {
  edges_ = std::move(edges);
  vertices_.assign(vertex_count, Vertex());
  removed_.clear();
  removed_.reserve(edges_.size());
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
