#pragma once

// For sources compiled with BMI2; in an unnamed namespace as in lanes.h.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace perfecthash {
namespace {

void PackKeysByPext(const std::uint8_t* keys, std::size_t count,
                    std::uint64_t mask, std::uint32_t* packed) {
  for (std::size_t i = 0; i < count; ++i) {
    unsigned long long key;
    std::memcpy(&key, keys + i * sizeof(key), sizeof(key));
    packed[i] = static_cast<std::uint32_t>(_pext_u64(key, mask));
  }
}

}  // namespace
}  // namespace perfecthash
