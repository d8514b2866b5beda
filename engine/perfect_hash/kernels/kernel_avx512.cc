#include "engine/perfect_hash/kernels/lanes.h"

namespace perfecthash::avx512 {
namespace {

bool Supported() {
  return __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi2");
}

// The loops below differ from the general ones in that they have no branch on
// which bits are set: nobody could predict it. Instead a vector is compressed
// or expanded by sixteen bits at a time.

std::uint32_t NumberGroups(const std::uint8_t* counts, std::size_t vertex_count,
                           std::uint16_t* ids) {
  const __m512i one_up =
      _mm512_setr_epi32(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
  const __m128i one = _mm_set1_epi8(1);
  std::uint32_t number = 0;
  for (std::size_t vertex = 0; vertex < vertex_count; vertex += 16) {
    const __mmask16 shared = _mm_cmpgt_epu8_mask(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(counts + vertex)),
        one);
    const __m512i numbers =
        _mm512_add_epi32(one_up, _mm512_set1_epi32(static_cast<int>(number)));
    _mm256_storeu_si256(
        reinterpret_cast<__m256i*>(ids + vertex),
        _mm512_cvtepi32_epi16(_mm512_maskz_expand_epi32(shared, numbers)));
    number += static_cast<std::uint32_t>(__builtin_popcount(shared));
  }
  return number;
}

void StoreCompressed(std::uint32_t* to, __mmask16 kept,
                     const std::uint16_t* groups) {
  const __m512i wide = _mm512_cvtepu16_epi32(
      _mm256_loadu_si256(reinterpret_cast<const __m256i*>(groups)));
  _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(kept, wide));
}

std::size_t CollectShared(const SharedKeys& a, const SharedKeys& b,
                          std::size_t word_count, std::uint32_t* first,
                          std::uint32_t* second) {
  std::size_t found = 0;
  for (std::size_t word = 0; word < word_count; ++word) {
    const std::uint64_t bits = a.bits[word] & b.bits[word];
    for (std::size_t bit = 0; bit < 64; bit += 16) {
      const auto kept = static_cast<__mmask16>(bits >> bit);
      StoreCompressed(first + found, kept, a.groups + word * 64 + bit);
      StoreCompressed(second + found, kept, b.groups + word * 64 + bit);
      found += static_cast<std::size_t>(__builtin_popcount(kept));
    }
  }
  return found;
}

constexpr Kernel MakeOwnKernel() {
  Kernel kernel = MakeKernel<16>("avx512", Supported);
  kernel.number_groups = NumberGroups;
  kernel.collect_shared = CollectShared;
  return kernel;
}

}  // namespace

extern const Kernel kKernel;
constexpr Kernel kKernel = MakeOwnKernel();

}  // namespace perfecthash::avx512
