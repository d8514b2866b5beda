#include "engine/perfect_hash/hash_function.h"

#include <bit>

#include "engine/perfect_hash/hash_formula.h"

namespace perfecthash {
namespace {

using enum HashFunctionId;

constexpr std::uint32_t kAll = 0xffffffff;
constexpr std::uint32_t kByte1 = 0x0000001f;  // a shift or rotation, in byte 1
constexpr std::uint32_t kByte2 = 0x00001f00;
constexpr std::uint32_t kByte3 = 0x001f0000;

constexpr std::array<HashFunction, kHashFunctionCount> kFunctions = {{
    {.id = kMultiplyShiftR,
     .name = "MultiplyShiftR",
     .seed_count = 3,
     .seed_masks = {kAll, kAll, kByte1 | kByte2},
     .formula = "(k * s1 >> s3.1) & (V - 1), (k * s2 >> s3.2) & (V - 1)",
     .maps_zero_to_zero = true,
     .masks_vertices = true,
     .rotates_first = false,
     .rotates_second = false,
     .multiplies_first_twice = false,
     .multiplies_second_twice = false},
    {.id = kMultiplyShiftRX,
     .name = "MultiplyShiftRX",
     .seed_count = 2,
     .seed_masks = {kAll, kAll},
     .formula = "k * s1 >> S, k * s2 >> S",
     .maps_zero_to_zero = true,
     .masks_vertices = false,
     .rotates_first = false,
     .rotates_second = false,
     .multiplies_first_twice = false,
     .multiplies_second_twice = false},
    {.id = kMulshrolate1RX,
     .name = "Mulshrolate1RX",
     .seed_count = 3,
     .seed_masks = {kAll, kAll, kByte2},
     .formula = "R(k * s1, s3.2) >> S, k * s2 >> S",
     .maps_zero_to_zero = true,
     .masks_vertices = false,
     .rotates_first = true,
     .rotates_second = false,
     .multiplies_first_twice = false,
     .multiplies_second_twice = false},
    {.id = kMulshrolate2RX,
     .name = "Mulshrolate2RX",
     .seed_count = 3,
     .seed_masks = {kAll, kAll, kByte2 | kByte3},
     .formula = "R(k * s1, s3.2) >> S, R(k * s2, s3.3) >> S",
     .maps_zero_to_zero = true,
     .masks_vertices = false,
     .rotates_first = true,
     .rotates_second = true,
     .multiplies_first_twice = false,
     .multiplies_second_twice = false},
    {.id = kMulshrolate3RX,
     .name = "Mulshrolate3RX",
     .seed_count = 4,
     .seed_masks = {kAll, kAll, kByte2 | kByte3, kAll},
     .formula = "R(k * s1, s3.2) * s4 >> S, R(k * s2, s3.3) >> S",
     .maps_zero_to_zero = true,
     .masks_vertices = false,
     .rotates_first = true,
     .rotates_second = true,
     .multiplies_first_twice = true,
     .multiplies_second_twice = false},
    {.id = kMulshrolate4RX,
     .name = "Mulshrolate4RX",
     .seed_count = 5,
     .seed_masks = {kAll, kAll, kByte2 | kByte3, kAll, kAll},
     .formula = "R(k * s1, s3.2) * s4 >> S, R(k * s2, s3.3) * s5 >> S",
     .maps_zero_to_zero = true,
     .masks_vertices = false,
     .rotates_first = true,
     .rotates_second = true,
     .multiplies_first_twice = true,
     .multiplies_second_twice = true},
    {.id = kJenkins,
     .name = "Jenkins",
     .seed_count = 2,
     .seed_masks = {kAll, kAll},
     .formula = "mix(g + k, g, s1) & (V - 1), mix(g + k, g, s2) & (V - 1) "
                "with Bob Jenkins's 96-bit mix and g = 0x9e3779b9",
     .maps_zero_to_zero = false,
     .masks_vertices = true,
     .rotates_first = false,
     .rotates_second = false,
     .multiplies_first_twice = false,
     .multiplies_second_twice = false},
}};

}  // namespace

absl::Span<const HashFunction> AllHashFunctions() { return kFunctions; }

const HashFunction& GetHashFunction(HashFunctionId id) {
  return kFunctions[static_cast<std::size_t>(id)];
}

const HashFunction* FindHashFunction(std::string_view name) {
  for (const HashFunction& function : kFunctions) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

HashParameters MakeHashParameters(const HashFunction& function,
                                  const Seeds& seeds,
                                  std::uint32_t vertex_count,
                                  std::uint32_t zero_key_bias) {
  HashParameters parameters;
  parameters.vertex_mask = vertex_count - 1;
  parameters.first.seed = seeds.values[0];
  parameters.second.seed = seeds.values[1];
  if (function.maps_zero_to_zero) parameters.key_bias = zero_key_bias;

  const std::uint32_t amounts = seeds.values[2];
  if (function.id == kMultiplyShiftR) {
    parameters.first.shift = amounts & 31;
    parameters.second.shift = amounts >> 8 & 31;
  } else if (function.id != kJenkins) {
    parameters.first.shift = 32 - std::countr_zero(vertex_count);
    parameters.second.shift = parameters.first.shift;
  }
  if (function.rotates_first) parameters.first.rotate = amounts >> 8 & 31;
  if (function.rotates_second) parameters.second.rotate = amounts >> 16 & 31;
  if (function.multiplies_first_twice) {
    parameters.first.multiplier = seeds.values[3];
  }
  if (function.multiplies_second_twice) {
    parameters.second.multiplier = seeds.values[4];
  }
  return parameters;
}

VertexPair HashKey(HashFunctionId id, const HashParameters& parameters,
                   std::uint32_t key) {
  return VisitHashFunction(id, [&]<HashFunctionId kFunction>() {
    return HashKeyBy<kFunction>(parameters, key);
  });
}

}  // namespace perfecthash
