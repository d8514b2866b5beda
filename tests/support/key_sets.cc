#include "tests/support/key_sets.h"

#include <algorithm>
#include <cstring>
#include <random>

#include "engine/base/check.h"

namespace perfecthash {
namespace {

template <typename Key>
std::vector<std::uint8_t> ToBytes(absl::Span<const Key> keys) {
  std::vector<std::uint8_t> bytes(keys.size() * sizeof(Key));
  if (!keys.empty()) std::memcpy(bytes.data(), keys.data(), bytes.size());
  return bytes;
}

}  // namespace

std::vector<std::uint8_t> KeyFileBytes(absl::Span<const std::uint32_t> keys) {
  return ToBytes(keys);
}

std::vector<std::uint8_t> KeyFileBytes(absl::Span<const std::uint64_t> keys) {
  return ToBytes(keys);
}

KeySet MakeKeySet(absl::Span<const std::uint32_t> keys) {
  auto set = KeySet::Parse(KeyFileBytes(keys), KeyWidth::k32Bits);
  CHECK(set.ok());
  return *std::move(set);
}

std::vector<std::uint32_t> LinearKeys(std::size_t count, std::uint32_t begin,
                                      std::uint32_t step) {
  std::vector<std::uint32_t> keys(count);
  for (std::size_t i = 0; i < count; ++i) {
    keys[i] = begin + static_cast<std::uint32_t>(i) * step;
  }
  return keys;
}

std::vector<std::uint32_t> RandomKeys(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint32_t> keys;
  keys.reserve(count);
  while (keys.size() < count) {
    while (keys.size() < count) {
      keys.push_back(static_cast<std::uint32_t>(random()));
    }
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  }
  return keys;
}

std::vector<std::uint32_t> AddressKeys(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint32_t> keys(count);
  std::uint32_t address = 0x1000;
  for (std::uint32_t& key : keys) {
    key = address;
    // Sizes spread over powers of two, as those of functions are.
    address += 16 + 16 * (random() % (std::uint32_t{1} << (random() % 7)));
  }
  return keys;
}

}  // namespace perfecthash
