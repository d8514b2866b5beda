#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "engine/perfect_hash/hash_function_table.h"

namespace perfecthash {

// The formulas for one key at a time, with the function fixed at compile time:
// the reference that the kernels are held to, and what verifies every table.

constexpr std::uint32_t JenkinsMix(std::uint32_t a, std::uint32_t b,
                                   std::uint32_t c) {
  // The 96-bit mix of Bob Jenkins, Dr. Dobb's Journal, September 1997.
  a = (a - b - c) ^ (c >> 13);
  b = (b - c - a) ^ (a << 8);
  c = (c - a - b) ^ (b >> 13);
  a = (a - b - c) ^ (c >> 12);
  b = (b - c - a) ^ (a << 16);
  c = (c - a - b) ^ (b >> 5);
  a = (a - b - c) ^ (c >> 3);
  b = (b - c - a) ^ (a << 10);
  c = (c - a - b) ^ (b >> 15);
  return c;
}

constexpr std::uint32_t FnvOf(std::uint32_t value, std::uint32_t seed) {
  std::uint32_t hash = seed ^ 2166136261u;
  for (int bit = 0; bit < 32; bit += 8) {
    hash = hash * 16777619u ^ (value >> bit & 0xff);
  }
  return hash;
}

// What a byte shifted out of the register adds to it, for CRC-32C.
inline constexpr std::array<std::uint32_t, 256> kCrc32OfByte = [] {
  std::array<std::uint32_t, 256> crcs = {};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) {
      crc = crc >> 1 ^ (0x82f63b78u & -(crc & 1));
    }
    crcs[byte] = crc;
  }
  return crcs;
}();

constexpr std::uint32_t Crc32Of(std::uint32_t value, std::uint32_t crc) {
  crc ^= value;
  for (int byte = 0; byte < 4; ++byte) {
    crc = crc >> 8 ^ kCrc32OfByte[crc & 0xff];
  }
  return crc;
}

// `a` points to the step's operand among those of its half.
template <HashOperation kOperation>
constexpr std::uint32_t ApplyStep(std::uint32_t v, const std::uint32_t* a) {
  using enum HashOperation;
  const int count = static_cast<int>(*a);
  if constexpr (kOperation == kMultiply) {
    return v * *a;
  } else if constexpr (kOperation == kRotateRight) {
    return std::rotr(v, count);
  } else if constexpr (kOperation == kRotateLeft) {
    return std::rotl(v, count);
  } else if constexpr (kOperation == kShiftRight ||
                       kOperation == kShiftToVertex) {
    return v >> count;
  } else if constexpr (kOperation == kShiftLeft) {
    return v << count;
  } else if constexpr (kOperation == kXorRotateRight) {
    return v ^ std::rotr(v, count);
  } else if constexpr (kOperation == kXorShiftRight) {
    return v ^ v >> count;
  } else if constexpr (kOperation == kJenkins) {
    constexpr std::uint32_t kGoldenRatio = 0x9e3779b9;
    return JenkinsMix(kGoldenRatio + v, kGoldenRatio, *a);
  } else if constexpr (kOperation == kFnv) {
    return FnvOf(v, *a);
  } else if constexpr (kOperation == kCrc32) {
    return Crc32Of(v, *a);
  } else if constexpr (kOperation == kMultiply64) {
    const std::uint64_t factor = std::uint64_t{a[1]} << 32 | a[0];
    return static_cast<std::uint32_t>(v * factor >> a[2]);
  } else {
    return v;  // none, done before, or an operand of the one before
  }
}

enum class Half { kFirst, kSecond };

template <HashFunctionId kFunction, Half kHalf>
constexpr std::uint32_t HashKeyByHalf(const HashHalf& half,
                                      std::uint32_t vertex_mask,
                                      std::uint64_t biased_key) {
  constexpr const HashFunction& function = HashFunctionOf(kFunction);
  constexpr HashSteps steps =
      kHalf == Half::kFirst ? function.first : function.second;
  auto v = static_cast<std::uint32_t>(biased_key);
  if constexpr (steps[0].operation == HashOperation::kMultiplyWide) {
    const std::uint64_t factor =
        std::uint64_t{half.operands[1]} << 32 | half.operands[0];
    v = static_cast<std::uint32_t>(biased_key * factor >> 32);
  }
  [&]<std::size_t... kIndices>(std::index_sequence<kIndices...>) {
    ((v = ApplyStep<steps[kIndices].operation>(v, &half.operands[kIndices])),
     ...);
  }(std::make_index_sequence<kStepCountMax>());
  return function.masks_vertices ? v & vertex_mask : v;
}

constexpr std::uint64_t BiasedKey(const HashParameters& parameters,
                                  std::uint64_t key) {
  key += parameters.key_bias;
  return parameters.keys_are_wide ? key : static_cast<std::uint32_t>(key);
}

template <HashFunctionId kFunction>
constexpr VertexPair HashKeyBy(const HashParameters& parameters,
                               std::uint64_t key) {
  key = BiasedKey(parameters, key);
  return {HashKeyByHalf<kFunction, Half::kFirst>(parameters.first,
                                                 parameters.vertex_mask, key),
          HashKeyByHalf<kFunction, Half::kSecond>(parameters.second,
                                                  parameters.vertex_mask, key)};
}

// Calls visitor.template operator()<id>() with the id as a constant, so that a
// loop over keys decides only once.
template <typename Visitor>
auto VisitHashFunction(HashFunctionId id, Visitor visitor) {
  using Result = decltype(visitor.template operator()<HashFunctionId{}>());
  using Call = Result (*)(Visitor&);
  static constexpr auto kCalls =
      []<std::size_t... kIds>(std::index_sequence<kIds...>) {
        return std::array<Call, kHashFunctionCount>{[](Visitor& called) {
          return called.template operator()<HashFunctionId{kIds}>();
        }...};
      }(std::make_index_sequence<kHashFunctionCount>());
  return kCalls[static_cast<std::size_t>(id)](visitor);
}

}  // namespace perfecthash
