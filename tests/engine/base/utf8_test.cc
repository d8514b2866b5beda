#include "engine/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace perfecthash {
namespace {

TEST(Utf8Test, CharactersOfEveryLengthAreWellFormed) {
  for (const std::string text : {"", "plain", "\x7f", "\xc2\x80", "caf\xc3\xa9",
                                 "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                                 "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(IsUtf8(text)) << Utf8OrEscaped(text);
  }
  EXPECT_TRUE(IsUtf8(std::string(1, '\0')));
}

TEST(Utf8Test, WhatIsCutShortOrHasNoMeaningIsNot) {
  for (const std::string text :
       {"caf\xe9", "\xe9t\xe9", "\xc3", "\x80", "\xc0\x80", "\xc1\xbf",
        "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xff", "\xf0\x90\x80"}) {
    EXPECT_FALSE(IsUtf8(text)) << Utf8OrEscaped(text);
  }
}

TEST(Utf8Test, OnlyWhatIsNoneIsEscaped) {
  EXPECT_EQ(Utf8OrEscaped("caf\xc3\xa9"), "caf\xc3\xa9");
  EXPECT_EQ(Utf8OrEscaped("caf\xe9"), "caf\\xe9");
}

TEST(Utf8Test, APrefixSplitsNoCharacter) {
  EXPECT_EQ(Utf8Prefix("abc", 3), "abc");
  EXPECT_EQ(Utf8Prefix("abc", 2), "ab");
  EXPECT_EQ(Utf8Prefix("a\xc3\xa9", 2), "a");
  EXPECT_EQ(Utf8Prefix("\xf4\x8f\xbf\xbf", 3), "");
}

}  // namespace
}  // namespace perfecthash
