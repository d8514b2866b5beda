#include "cli/number.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace perfecthash {
namespace {

TEST(NumberTest, IntegersAreHeldToTheirRange) {
  EXPECT_EQ(*ParseInteger("5", 1, 5), 5);
  EXPECT_FALSE(ParseInteger("6", 1, 5).ok());
  EXPECT_FALSE(ParseInteger("", 1, 5).ok());
  EXPECT_FALSE(ParseInteger("2x", 1, 5).ok());
  EXPECT_EQ(ParseInteger("9", 1, 5).status().message(),
            "\"9\" is not a number from 1 to 5");
}

TEST(NumberTest, UnsignedNumbersMayBeHexadecimal) {
  EXPECT_EQ(*ParseUnsigned("0x2019090319811025", UINT64_MAX),
            0x2019090319811025u);
  EXPECT_EQ(*ParseUnsigned("18446744073709551615", UINT64_MAX), UINT64_MAX);
  EXPECT_FALSE(ParseUnsigned("18446744073709551616", UINT64_MAX).ok());
  EXPECT_FALSE(ParseUnsigned("0x", UINT64_MAX).ok());
  EXPECT_FALSE(ParseUnsigned("-1", UINT64_MAX).ok());
  EXPECT_FALSE(ParseUnsigned("0x100000000", UINT32_MAX).ok());
}

TEST(NumberTest, ListsAreSeparatedByCommas) {
  EXPECT_THAT(*ParseUnsignedList("1,0x10,3", UINT32_MAX),
              testing::ElementsAre(1, 16, 3));
  EXPECT_FALSE(ParseUnsignedList("1,,3", UINT32_MAX).ok());
  EXPECT_FALSE(ParseUnsignedList("", UINT32_MAX).ok());
  EXPECT_FALSE(ParseUnsignedList("1,", UINT32_MAX).ok());
}

TEST(NumberTest, ListsMayBeSeparatedByBlanks) {
  EXPECT_THAT(*ParseUnsignedList(" 0x1 0x10  3 ", UINT32_MAX),
              testing::ElementsAre(1, 16, 3));
  EXPECT_THAT(*ParseUnsignedList("1, 2 ,3 , 4", UINT32_MAX),
              testing::ElementsAre(1, 2, 3, 4));
  EXPECT_FALSE(ParseUnsignedList("1, ,3", UINT32_MAX).ok());
  EXPECT_FALSE(ParseUnsignedList("1 , ", UINT32_MAX).ok());
  EXPECT_FALSE(ParseUnsignedList(" ", UINT32_MAX).ok());
}

TEST(NumberTest, RealsAreFinite) {
  EXPECT_DOUBLE_EQ(*ParseReal("0.25"), 0.25);
  EXPECT_FALSE(ParseReal("inf").ok());
  EXPECT_FALSE(ParseReal("1.0x").ok());
}

}  // namespace
}  // namespace perfecthash
