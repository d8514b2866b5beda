#include "tests/support/key_families.h"

#include <algorithm>
#include <array>
#include <bit>
#include <random>

#include "engine/base/check.h"
#include "tests/support/key_sets.h"

namespace perfecthash {
namespace {

using Key = std::uint32_t;
using Keys = std::vector<Key>;
using WideKeys = std::vector<std::uint64_t>;
using Random = std::mt19937_64;

constexpr std::size_t kMany = std::size_t{1} << 24;

// Sorted, without the keys that occur twice.
template <typename Number>
void MakeSet(std::vector<Number>& keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

// The first `count` different keys that `next` draws, sorted.
template <typename Number, typename Next>
std::vector<Number> Draw(std::size_t count, Next next) {
  std::vector<Number> keys;
  int rounds = 0;
  while (keys.size() < count) {
    CHECK(++rounds < 1000);
    for (std::size_t i = keys.size(); i < count; ++i) keys.push_back(next());
    MakeSet(keys);
  }
  return keys;
}

// f(0), f(1), ..., which are distinct.
template <typename Number = Key, typename Function>
std::vector<Number> Map(std::size_t count, Function f) {
  std::vector<Number> keys(count);
  for (std::size_t i = 0; i < count; ++i) {
    keys[i] = f(static_cast<Number>(i));
  }
  MakeSet(keys);
  CHECK(keys.size() == count);
  return keys;
}

// The largest k for which `count` multiples of 2^k are keys.
int ShiftFor(std::size_t count) {
  return std::countl_zero(
      static_cast<Key>(std::max<std::size_t>(count, 2) - 1));
}

Key Reverse(Key key) {
  Key reversed = 0;
  for (int bit = 0; bit < 32; ++bit) reversed |= (key >> bit & 1) << (31 - bit);
  return reversed;
}

// Runs of 2^(0..9) consecutive keys at random places.
Keys Clusters(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  Key next = 0;
  std::uint64_t left = 0;
  return Draw<Key>(count, [&] {
    if (left == 0) {
      left = std::uint64_t{1} << random() % 10;
      next = static_cast<Key>(random());
    }
    --left;
    return next++;
  });
}

Keys Times(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  Key now = 1'600'000'000;
  return Map(count, [&](Key) { return now += 1 + random() % 7; });
}

// Each bit is set in few of the keys.
Keys FewBits(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  return Draw<Key>(count, [&] {
    Key key = 0;
    for (int i = 0; i < 5; ++i) key |= Key{1} << random() % 32;
    return key;
  });
}

// Four letters each, of an alphabet.
template <int kLetters, char kFirst>
Keys Text(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  return Draw<Key>(count, [&] {
    Key key = 0;
    for (int i = 0; i < 4; ++i) key = key << 8 | (kFirst + random() % kLetters);
    return key;
  });
}

// Hosts of some subnets of 256.
Keys Hosts(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  Keys subnets(count / 64 + 1);
  for (Key& subnet : subnets) subnet = 10u << 24 | (random() & 0xffff) << 8;
  return Draw<Key>(count, [&] {
    return subnets[random() % subnets.size()] | (random() & 0xff);
  });
}

// Points of a grid, as x and y in half a key each.
Key GridPoint(std::size_t count, Key i) {
  Key side = 1;
  while (std::size_t{side} * side < count) ++side;
  return i / side << 16 | i % side;
}

Keys TwoRanges(std::size_t count, std::uint64_t) {
  return Map(count, [&](Key i) { return i % 2 << 31 | i / 2; });
}

// Every number of a range but some.
Keys Holes(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  Key next = 0;
  return Map(count, [&](Key) { return next += 1 + (random() % 16 == 0); });
}

constexpr std::array kFamilies = {
    KeyFamily{"random", kMany,
              [](std::size_t count, std::uint64_t seed) {
                return RandomKeys(count, seed);
              }},
    KeyFamily{"linear", kMany,
              [](std::size_t count, std::uint64_t) {
                return Map(count, [](Key i) { return i; });
              }},
    KeyFamily{"linear-from-far", kMany,
              [](std::size_t count, std::uint64_t) {
                return Map(count, [](Key i) { return 0xc0a80000u + i; });
              }},
    KeyFamily{"linear-down-from-the-last", kMany,
              [](std::size_t count, std::uint64_t) {
                return Map(count, [](Key i) { return ~i; });
              }},
    KeyFamily{"stride-3", kMany,
              [](std::size_t count, std::uint64_t) {
                return Map(count, [](Key i) { return 3 * i + 1; });
              }},
    KeyFamily{"stride-4096", std::size_t{1} << 20,
              [](std::size_t count, std::uint64_t) {
                return Map(count, [](Key i) { return i << 12 | 0x123; });
              }},
    KeyFamily{"stride-1000", std::size_t{1} << 22,
              [](std::size_t count, std::uint64_t) {
                return Map(count, [](Key i) { return i * 1000; });
              }},
    KeyFamily{"multiples-of-2^k", kMany,
              [](std::size_t count, std::uint64_t) {
                const int shift = ShiftFor(count);
                return Map(count, [=](Key i) { return i << shift; });
              }},
    KeyFamily{
        "bit-reversed", kMany,
        [](std::size_t count, std::uint64_t) { return Map(count, Reverse); }},
    KeyFamily{"gray-code", kMany,
              [](std::size_t count, std::uint64_t) {
                return Map(count, [](Key i) { return i ^ i >> 1; });
              }},
    KeyFamily{"golden-ratio", kMany,
              [](std::size_t count, std::uint64_t) {
                return Map(count, [](Key i) { return i * 0x9e3779b1u; });
              }},
    KeyFamily{"squares", 65'536,
              [](std::size_t count, std::uint64_t) {
                return Map(count, [](Key i) { return i * i; });
              }},
    KeyFamily{"clusters", kMany, Clusters},
    KeyFamily{"holes", kMany, Holes},
    KeyFamily{"two-ranges", kMany, TwoRanges},
    KeyFamily{"grid", kMany,
              [](std::size_t count, std::uint64_t) {
                return Map(count, [=](Key i) { return GridPoint(count, i); });
              }},
    KeyFamily{"addresses", std::size_t{1} << 21,
              [](std::size_t count, std::uint64_t seed) {
                return AddressKeys(count, seed);
              }},
    KeyFamily{"hosts", std::size_t{1} << 21, Hosts},
    KeyFamily{"one-subnet-of-65536", 65'536,
              [](std::size_t count, std::uint64_t) {
                return Map(count, [](Key i) { return 0xa9fe0000u | i; });
              }},
    KeyFamily{"letters", 200'000, Text<26, 'a'>},
    KeyFamily{"digits", 5'000, Text<10, '0'>},
    KeyFamily{"times", kMany, Times},
    KeyFamily{"floats", kMany,
              [](std::size_t count, std::uint64_t) {
                return Map(count, [](Key i) {
                  return std::bit_cast<Key>(static_cast<float>(i));
                });
              }},
    KeyFamily{"few-bits", 50'000, FewBits},
};

// Small numbers in both halves.
WideKeys Pairs(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  return Draw<std::uint64_t>(
      count, [&] { return random() % 50'000 << 32 | random() % 50'000; });
}

// Milliseconds, a machine and a sequence number, as distributed systems do.
WideKeys Snowflakes(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::uint64_t now = 1'700'000'000'000 - 1'288'834'974'657;
  return Map<std::uint64_t>(count, [&](std::uint64_t i) {
    now += 1 + random() % 1000;
    return now << 22 | random() % 1024 << 12 | i % 4096;
  });
}

WideKeys LongText(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  return Draw<std::uint64_t>(count, [&] {
    std::uint64_t key = 0;
    for (int i = 0; i < 8; ++i) key = key << 8 | ('a' + random() % 26);
    return key;
  });
}

// Of blocks on a heap, in two far regions.
WideKeys Pointers(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::uint64_t heap = 0x5581'2000'0000 + (random() % 4096 << 12);
  std::uint64_t mapped = 0x7f3a'8000'0000 + (random() % 4096 << 12);
  return Map<std::uint64_t>(count, [&](std::uint64_t i) {
    std::uint64_t& next = i % 3 == 0 ? mapped : heap;
    return next += 16 * (1 + random() % 32);
  });
}

constexpr std::array kWideFamilies = {
    WideKeyFamily{"random", true,
                  [](std::size_t count, std::uint64_t seed) {
                    Random random(seed);
                    return Draw<std::uint64_t>(count, [&] { return random(); });
                  }},
    WideKeyFamily{"linear", false,
                  [](std::size_t count, std::uint64_t) {
                    return Map<std::uint64_t>(
                        count, [](std::uint64_t i) { return i; });
                  }},
    WideKeyFamily{"multiples-of-2^40", false,
                  [](std::size_t count, std::uint64_t) {
                    return Map<std::uint64_t>(
                        count, [](std::uint64_t i) { return i << 40; });
                  }},
    WideKeyFamily{"golden-ratio", true,
                  [](std::size_t count, std::uint64_t) {
                    return Map<std::uint64_t>(count, [](std::uint64_t i) {
                      return i * 0x9e37'79b9'7f4a'7c15;
                    });
                  }},
    WideKeyFamily{"both-halves-equal", true,
                  [](std::size_t count, std::uint64_t) {
                    return Map<std::uint64_t>(count, [](std::uint64_t i) {
                      return i * 77'777 % 0x8000'0000 * 0x1'0000'0001;
                    });
                  }},
    WideKeyFamily{"pairs", false, Pairs},
    WideKeyFamily{"snowflakes", true, Snowflakes},
    WideKeyFamily{"text", true, LongText},
    WideKeyFamily{"pointers", false, Pointers},
};

}  // namespace

absl::Span<const KeyFamily> AllKeyFamilies() { return kFamilies; }

const KeyFamily* FindKeyFamily(std::string_view name) {
  for (const KeyFamily& family : kFamilies) {
    if (family.name == name) return &family;
  }
  return nullptr;
}

absl::Span<const WideKeyFamily> AllWideKeyFamilies() { return kWideFamilies; }

}  // namespace perfecthash
