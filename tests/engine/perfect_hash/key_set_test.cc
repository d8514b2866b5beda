#include "engine/perfect_hash/key_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>
#include <vector>

#include "engine/perfect_hash/graph_size.h"
#include "engine/perfect_hash/key_packing.h"
#include "tests/support/counting_stop.h"
#include "tests/support/key_sets.h"

namespace perfecthash {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

using Keys32 = std::vector<std::uint32_t>;
using Keys64 = std::vector<std::uint64_t>;

absl::StatusOr<KeySet> Parse32(const Keys32& keys) {
  return KeySet::Parse(KeyFileBytes(absl::MakeConstSpan(keys)),
                       KeyWidth::k32Bits);
}

absl::StatusOr<KeySet> Parse64(const Keys64& keys) {
  return KeySet::Parse(KeyFileBytes(absl::MakeConstSpan(keys)),
                       KeyWidth::k64Bits);
}

std::string MessageOf(const absl::StatusOr<KeySet>& set) {
  return std::string(set.status().message());
}

TEST(KeySetTest, KeepsSortedKeys) {
  const auto set = Parse32({3, 5, 0x80000000, 0xffffffff});
  ASSERT_TRUE(set.ok());
  EXPECT_THAT(set->keys(), ElementsAre(3, 5, 0x80000000, 0xffffffff));
  EXPECT_TRUE(set->input_was_sorted());
  EXPECT_EQ(set->width(), KeyWidth::k32Bits);
  EXPECT_EQ(set->min_key(), 3u);
  EXPECT_EQ(set->max_key(), 0xffffffffu);
  EXPECT_EQ(set->varying_bits(), 0xffffffffu);
  EXPECT_EQ(set->original_key(2), 0x80000000u);
}

TEST(KeySetTest, ReadsLittleEndianFromAnyAlignment) {
  const std::vector<std::uint8_t> bytes = {0xee, 0x01, 0x02, 0x03, 0x04};
  const auto set =
      KeySet::Parse(absl::MakeConstSpan(bytes).subspan(1), KeyWidth::k32Bits);
  ASSERT_TRUE(set.ok());
  EXPECT_THAT(set->keys(), ElementsAre(0x04030201));
}

TEST(KeySetTest, SortsUnsortedKeysAtEverySize) {
  for (const std::size_t count : {2, 3, 15, 16, 17, 18, 31, 33, 64, 1000}) {
    Keys32 keys = RandomKeys(count, count);
    const Keys32 sorted = keys;
    std::swap(keys[count - 1], keys[count - 2]);  // where no vector reaches
    const auto set = Parse32(keys);
    ASSERT_TRUE(set.ok());
    EXPECT_FALSE(set->input_was_sorted());
    EXPECT_THAT(set->keys(), ElementsAreArray(sorted));
    EXPECT_TRUE(Parse32(sorted)->input_was_sorted());
  }
}

TEST(KeySetTest, PadsWithTheLastKey) {
  for (std::size_t count = 1; count < 40; ++count) {
    const auto set = Parse32(LinearKeys(count, 7, 3));
    const std::uint32_t* const keys = set->keys().data();
    for (std::size_t i = count; i < count + KeySet::kPaddingCount - 1; ++i) {
      EXPECT_EQ(keys[i], keys[count - 1]);
    }
  }
}

TEST(KeySetTest, NamesADuplicate) {
  const auto set = Parse32({9, 1234, 7, 1234, 8, 1234, 9});
  EXPECT_EQ(set.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(MessageOf(set), AllOf(HasSubstr("key 9 (0x9) occurs 2 times"),
                                    HasSubstr("the 3 surplus")));
}

TEST(KeySetTest, NamesADuplicateAmongSortedKeys) {
  const auto set = Parse32({1, 2, 0x4d2, 0x4d2});
  EXPECT_THAT(MessageOf(set), HasSubstr("key 1234 (0x4d2) occurs 2 times"));
}

TEST(KeySetTest, NamesADuplicate64BitKeyAsItStands) {
  const auto set =
      Parse64({0x1000000000000001, 0x1000000000000002, 0x1000000000000001});
  EXPECT_THAT(MessageOf(set), HasSubstr("(0x1000000000000001) occurs 2 times"));
}

TEST(KeySetTest, RefusesWhatIsNoKeyFile) {
  const std::vector<std::uint8_t> bytes(12);
  const auto empty = KeySet::Parse({}, KeyWidth::k32Bits);
  EXPECT_EQ(empty.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(MessageOf(empty), HasSubstr("empty"));
  const auto odd = KeySet::Parse(bytes, KeyWidth::k64Bits);
  EXPECT_EQ(odd.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(MessageOf(odd), AllOf(HasSubstr("12 bytes"), HasSubstr("of 8")));
}

TEST(KeySetTest, RefusesTooManyKeysBeforeReadingThem) {
  const std::uint8_t byte = 0;
  const absl::Span<const std::uint8_t> huge(
      &byte, (std::size_t{kKeyCountMax} + 1) * 4);
  const auto set = KeySet::Parse(huge, KeyWidth::k32Bits);
  EXPECT_EQ(set.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(MessageOf(set), HasSubstr("134217729 keys"));
}

TEST(KeySetTest, PacksThe64BitKeysByTheirVaryingBits) {
  // Bits 0, 8 and 63 vary; bit 4 is always set.
  const auto set = Parse64({0x0010, 0x0011, 0x0110, 0x8000000000000111});
  ASSERT_TRUE(set.ok());
  EXPECT_EQ(set->varying_bits(), 0x8000000000000101u);
  EXPECT_EQ(set->packing().mask, 0x8000000000000101u);
  EXPECT_EQ(set->packing().constant_bits, 0x10u);
  EXPECT_THAT(set->keys(), ElementsAre(0, 1, 2, 7));
  EXPECT_EQ(set->max_key(), 0x8000000000000111u);
}

TEST(KeySetTest, PackingKeepsOrderAndCanBeUndone) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 20; ++round) {
    std::uint64_t mask = random();
    while (std::popcount(mask) > 32) mask &= mask - 1;
    const std::uint64_t constant = random() & ~mask;
    Keys64 keys;
    for (int i = 0; i < 300; ++i) keys.push_back((random() & mask) | constant);
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    const auto set = Parse64(keys);
    ASSERT_TRUE(set.ok());
    EXPECT_TRUE(set->input_was_sorted());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      EXPECT_EQ(set->original_key(i), keys[i]);
      EXPECT_EQ(set->packing().Pack(keys[i]), set->keys()[i]);
    }
  }
}

TEST(KeySetTest, ASingle64BitKeyIsASet) {
  const auto set = Parse64({0xfedcba9876543210});
  ASSERT_TRUE(set.ok());
  EXPECT_EQ(set->original_key(0), 0xfedcba9876543210u);
  EXPECT_EQ(set->zero_key_bias(), 1u);  // it is packed into 0
}

TEST(KeySetTest, BiasMakesNoKeyZero) {
  EXPECT_EQ(Parse32({1, 2})->zero_key_bias(), 0u);
  EXPECT_EQ(Parse32({0, 1, 2})->zero_key_bias(), 1u);
  EXPECT_EQ(Parse32({0, 0xffffffff})->zero_key_bias(), 2u);
  EXPECT_EQ(Parse32({0, 0xfffffffd, 0xfffffffe, 0xffffffff})->zero_key_bias(),
            4u);
  EXPECT_EQ(Parse32({0, 0xfffffffe})->zero_key_bias(), 1u);
}

TEST(KeySetTest, AnyLookMayStopIt) {
  // Unsorted, narrow and packed and wide, with key 0 and with a surplus key.
  constexpr std::size_t kCount = 70'000;
  for (const int kind : {0, 1, 2, 3}) {
    SCOPED_TRACE(kind);
    std::vector<std::uint64_t> keys(kCount);
    for (std::size_t i = 0; i < kCount; ++i) {
      keys[i] = (i * 0x9e3779b1) & 0xffffffff;
      if (kind == 1) keys[i] <<= 8;
      if (kind == 2) keys[i] |= (kCount - i) << 40;
    }
    if (kind == 3) keys[7] = keys[0];
    std::vector<std::uint32_t> narrow(keys.begin(), keys.end());
    const bool is_narrow = kind == 0 || kind == 3;
    const auto bytes = is_narrow ? KeyFileBytes(absl::MakeConstSpan(narrow))
                                 : KeyFileBytes(absl::MakeConstSpan(keys));
    const auto width = is_narrow ? KeyWidth::k32Bits : KeyWidth::k64Bits;
    const CountingStop never;
    const auto parsed = KeySet::Parse(bytes, width, &never);
    EXPECT_EQ(parsed.ok(), kind != 3);
    EXPECT_GE(never.looks(), kCount / 4096);
    for (std::uint64_t look = 1; look <= never.looks(); ++look) {
      const CountingStop stop(look);
      const auto stopped = KeySet::Parse(bytes, width, &stop);
      ASSERT_EQ(stopped.status().code(), absl::StatusCode::kCancelled);
      ASSERT_EQ(stop.looks(), look) << "it went on";
    }
  }
}

}  // namespace
}  // namespace perfecthash
