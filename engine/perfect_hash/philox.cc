#include "engine/perfect_hash/philox.h"

namespace perfecthash {

std::array<std::uint32_t, 4> Philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  constexpr int kRounds = 10;
  constexpr std::uint64_t kMultiplier0 = 0xD2511F53;
  constexpr std::uint64_t kMultiplier1 = 0xCD9E8D57;
  constexpr std::uint32_t kWeyl0 = 0x9E3779B9;  // golden ratio
  constexpr std::uint32_t kWeyl1 = 0xBB67AE85;  // sqrt(3) - 1
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t product0 = kMultiplier0 * counter[0];
    const std::uint64_t product1 = kMultiplier1 * counter[2];
    counter = {static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
               static_cast<std::uint32_t>(product1),
               static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
               static_cast<std::uint32_t>(product0)};
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
  return counter;
}

SeedStream::SeedStream(std::uint64_t seed, std::uint64_t attempt)
    : counter_{0, 0, static_cast<std::uint32_t>(attempt),
               static_cast<std::uint32_t>(attempt >> 32)},
      key_{static_cast<std::uint32_t>(seed),
           static_cast<std::uint32_t>(seed >> 32)},
      outputs_{} {}

std::uint32_t SeedStream::Next() {
  for (;;) {
    if (const std::uint32_t output = NextOutput(); output != 0) return output;
  }
}

std::uint32_t SeedStream::NextOutput() {
  if (used_ == 4) {
    outputs_ = Philox4x32(counter_, key_);
    ++counter_[0];
    used_ = 0;
  }
  return outputs_[used_++];
}

}  // namespace perfecthash
