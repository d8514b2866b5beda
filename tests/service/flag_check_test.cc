#include "service/flag_check.h"

#include <gtest/gtest.h>

#include <optional>

namespace perfecthash {
namespace {

// What the flag gets; nothing when it is refused.
std::optional<std::string> Given(const CLI::Validator& check,
                                 std::string text) {
  if (!check(text).empty()) return std::nullopt;
  return text;
}

TEST(FlagCheckTest, WholeNumbersLieInTheirRange) {
  const CLI::Validator check = WholeNumber(1, 10);
  EXPECT_EQ(Given(check, "1"), "1");
  EXPECT_EQ(Given(check, "10"), "10");
  for (const char* text : {"0", "11", "-1", "1.5", "ten", ""}) {
    EXPECT_EQ(Given(check, text), std::nullopt) << text;
  }
}

TEST(FlagCheckTest, NamesAreTakenInAnyCase) {
  const CLI::Validator check = OneOf({"auto", "threads"});
  EXPECT_EQ(Given(check, "AUTO"), "auto");
  EXPECT_EQ(Given(check, "aut"), std::nullopt);
}

TEST(FlagCheckTest, TimesBecomeMilliseconds) {
  EXPECT_EQ(Given(TimeWithUnit(), "7ms"), "7");
  EXPECT_EQ(Given(TimeWithUnit(), "24h"), "86400000");
  // Whose product is more than 64 bits.
  EXPECT_EQ(Given(TimeWithUnit(), "9000000000000000h"), std::nullopt);
}

TEST(FlagCheckTest, SizesBecomeBytes) {
  const CLI::Validator check = SizeInBytes(1 << 20);
  EXPECT_EQ(Given(check, "1MiB"), "1048576");
  EXPECT_EQ(Given(check, "0"), "0");
  EXPECT_EQ(Given(check, "-2"), std::nullopt);
}

TEST(FlagCheckTest, AddressesAreThoseOfTheServer) {
  EXPECT_EQ(Given(AddressToListenAt(), "unix:/s"), "unix:/s");
  EXPECT_EQ(Given(AddressToListenAt(), "[::1]:0"), "[::1]:0");
  EXPECT_EQ(Given(AddressToListenAt(), "::1:0"), std::nullopt);
}

}  // namespace
}  // namespace perfecthash
