#include "cli/byte_size.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace perfecthash {
namespace {

TEST(ByteSizeTest, UnitsArePowersOf1024And1000) {
  EXPECT_EQ(*ParseByteSize("4096"), 4096);
  EXPECT_EQ(*ParseByteSize("4096B"), 4096);
  EXPECT_EQ(*ParseByteSize("64MiB"), 64 << 20);
  EXPECT_EQ(*ParseByteSize("1.5KiB"), 1536);
  EXPECT_EQ(*ParseByteSize("10MB"), 10'000'000);
  EXPECT_EQ(*ParseByteSize("0"), 0);
}

TEST(ByteSizeTest, WhatIsNoSizeIsRefusedWithTheFormsThatAre) {
  for (const char* text : {"", "MiB", "-1", "1mib", "1 MiB", "2000TiB", "x"}) {
    const auto size = ParseByteSize(text);
    ASSERT_FALSE(size.ok()) << text;
    EXPECT_THAT(std::string(size.status().message()),
                testing::HasSubstr("write 4096, 64KiB, 512MiB or 2GiB"));
  }
}

TEST(ByteSizeTest, PeopleReadOneDecimal) {
  EXPECT_EQ(FormatByteSize(0), "0 B");
  EXPECT_EQ(FormatByteSize(1023), "1023 B");
  EXPECT_EQ(FormatByteSize(1536), "1.5 KiB");
  EXPECT_EQ(FormatByteSize((1 << 20) - 1), "1.0 MiB");
  EXPECT_EQ(FormatByteSize(std::int64_t{3} << 40), "3.0 TiB");
}

TEST(ByteSizeTest, CountsAreGrouped) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(13637), "13,637");
  EXPECT_EQ(FormatCount(-1234567), "-1,234,567");
}

}  // namespace
}  // namespace perfecthash
