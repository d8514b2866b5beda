#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"

namespace perfecthash {

// Kinds of key sets that users have, to be made in any size: what a solver that
// is good on some of them must also be shown on.

struct KeyFamily {
  std::string_view name;
  // The most keys there are of the kind.
  std::size_t count_max;
  // `count` distinct, ascending keys; the same for the same seed.
  std::vector<std::uint32_t> (*make)(std::size_t count, std::uint64_t seed);
};

// Of 32-bit keys: random, linear, strided, aligned, clustered, bit-reversed,
// text, addresses of hosts and of functions, times, floats, ...
absl::Span<const KeyFamily> AllKeyFamilies();
// Null when there is none of this name.
const KeyFamily* FindKeyFamily(std::string_view name);

struct WideKeyFamily {
  std::string_view name;
  // Whether the keys differ in more than 32 bits, for large enough sets, so
  // that they cannot be packed.
  bool is_wide;
  std::vector<std::uint64_t> (*make)(std::size_t count, std::uint64_t seed);
};

// Of 64-bit keys.
absl::Span<const WideKeyFamily> AllWideKeyFamilies();

}  // namespace perfecthash
