#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "engine/perfect_hash/key_set.h"

namespace perfecthash {

// Keys as they stand in a key file.
std::vector<std::uint8_t> KeyFileBytes(absl::Span<const std::uint32_t> keys);
std::vector<std::uint8_t> KeyFileBytes(absl::Span<const std::uint64_t> keys);

// The set of 32-bit keys; they must be distinct.
KeySet MakeKeySet(absl::Span<const std::uint32_t> keys);

// begin, begin + step, ...
std::vector<std::uint32_t> LinearKeys(std::size_t count, std::uint32_t begin,
                                      std::uint32_t step);
// Distinct, ascending, evenly random.
std::vector<std::uint32_t> RandomKeys(std::size_t count, std::uint64_t seed);
// Like the addresses of a program's functions: ascending, aligned to 16, most
// of them close together.
std::vector<std::uint32_t> AddressKeys(std::size_t count, std::uint64_t seed);

}  // namespace perfecthash
