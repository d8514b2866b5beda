#include "engine/perfect_hash/key_sort.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <vector>

#include "tests/support/counting_stop.h"

namespace perfecthash {
namespace {

// Random bits where `mask` has ones.
template <typename Key>
std::vector<Key> RandomMasked(std::size_t count, std::uint64_t mask) {
  std::mt19937_64 random(count);
  std::vector<Key> keys(count);
  for (Key& key : keys) key = static_cast<Key>(random() & mask);
  return keys;
}

template <typename Key>
void ExpectSorted(std::vector<Key> keys) {
  std::vector<Key> expected = keys;
  std::sort(expected.begin(), expected.end());
  EXPECT_TRUE(SortKeys(absl::MakeSpan(keys), nullptr));
  EXPECT_EQ(keys, expected);
}

TEST(KeySortTest, SortsKeysOfAnyStructure) {
  for (const std::size_t count : {0, 1, 2, 100, 2048, 2049, 50'000}) {
    // All bits; the lowest, the highest, one in the middle; none.
    for (const std::uint64_t mask :
         {~std::uint64_t{0}, std::uint64_t{0xff}, std::uint64_t{0xff} << 24,
          std::uint64_t{0xff} << 56, std::uint64_t{0x00100100},
          std::uint64_t{0}}) {
      SCOPED_TRACE(testing::Message() << count << " " << mask);
      ExpectSorted(RandomMasked<std::uint32_t>(count, mask));
      ExpectSorted(RandomMasked<std::uint64_t>(count, mask));
    }
  }
}

TEST(KeySortTest, SortsWhatIsSortedAndWhatIsReversed) {
  std::vector<std::uint32_t> keys(20'000);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    keys[i] = static_cast<std::uint32_t>(i * 200'000);
  }
  ExpectSorted(keys);
  std::reverse(keys.begin(), keys.end());
  ExpectSorted(keys);
}

TEST(KeySortTest, AsksEveryFewThousandKeysAndEndsWhenToldTo) {
  const auto keys = RandomMasked<std::uint32_t>(50'000, ~std::uint64_t{0});
  auto sorted = keys;
  const CountingStop never;
  ASSERT_TRUE(SortKeys(absl::MakeSpan(sorted), &never));
  EXPECT_GE(never.looks(), keys.size() / 2048);
  for (std::uint64_t look = 1; look <= never.looks(); ++look) {
    auto stopped = keys;
    const CountingStop stop(look);
    ASSERT_FALSE(SortKeys(absl::MakeSpan(stopped), &stop));
    ASSERT_EQ(stop.looks(), look) << "it went on";
  }
}

}  // namespace
}  // namespace perfecthash
