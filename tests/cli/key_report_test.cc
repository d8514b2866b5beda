#include "cli/key_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace perfecthash {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string Complaint(std::string_view text) {
  return std::string(ParseKeyText(text).status().message());
}

cli::KeyFileReport Inspect(const std::vector<std::uint64_t>& keys, int size) {
  return InspectKeys(EncodeKeys(keys, size), size);
}

TEST(KeyReportTest, TextMayHoldBothBasesCommentsAndBlankLines) {
  const auto keys = ParseKeyText("# keys\n\n 3 \r\n0x10 # sixteen\n7");
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_THAT(*keys, ElementsAre(3, 7, 16));
}

TEST(KeyReportTest, BadLinesAreAllNamed) {
  EXPECT_THAT(Complaint("1\nabc\n2\n-4\n"),
              testing::AllOf(HasSubstr("2 lines are wrong"),
                             HasSubstr("line 2: \"abc\""),
                             HasSubstr("line 4: \"-4\"")));
}

TEST(KeyReportTest, ARepeatedKeyNamesBothLines) {
  EXPECT_THAT(Complaint("5\n6\n0x5\n5\n"),
              testing::AllOf(HasSubstr("line 3: 0x5 occurs in line 1 already"),
                             HasSubstr("line 4: 0x5 occurs in line 1")));
}

TEST(KeyReportTest, ManyComplaintsAreCutShort) {
  std::string text;
  for (int i = 0; i < 30; ++i) text += "x\n";
  const std::string complaint = Complaint(text);
  EXPECT_THAT(complaint, HasSubstr("30 lines are wrong"));
  EXPECT_THAT(complaint, HasSubstr("line 20:"));
  EXPECT_THAT(complaint, testing::Not(HasSubstr("line 21:")));
}

TEST(KeyReportTest, TextWithoutKeysIsRefused) {
  EXPECT_EQ(Complaint("# nothing\n"), "there are no keys");
}

TEST(KeyReportTest, WidthFollowsTheLargestKey) {
  EXPECT_EQ(KeySizeOf({1, UINT32_MAX}), 4);
  EXPECT_EQ(KeySizeOf({1, std::uint64_t{1} << 32}), 8);
}

TEST(KeyReportTest, KeysAreLittleEndian) {
  EXPECT_THAT(EncodeKeys({0x01020304}, 4), ElementsAre(4, 3, 2, 1));
  EXPECT_THAT(EncodeKeys({1}, 8), ElementsAre(1, 0, 0, 0, 0, 0, 0, 0));
}

TEST(KeyReportTest, AGoodSetIsMeasured) {
  const cli::KeyFileReport report =
      Inspect({0, 5, 9, 100, 200, 300, 400, 500, 600}, 4);
  EXPECT_TRUE(report.usable());
  EXPECT_TRUE(report.sorted());
  EXPECT_TRUE(report.contains_zero());
  EXPECT_EQ(report.key_count(), 9);
  EXPECT_EQ(report.min_key(), 0u);
  EXPECT_EQ(report.max_key(), 600u);
  EXPECT_EQ(report.edge_count(), 16);
  EXPECT_EQ(report.vertex_count(), 32);
  EXPECT_DOUBLE_EQ(report.density(), 9.0 / 16);
}

TEST(KeyReportTest, DuplicatesMakeASetUnusable) {
  const cli::KeyFileReport report = Inspect({7, 3, 7}, 4);
  EXPECT_FALSE(report.usable());
  EXPECT_FALSE(report.sorted());
  EXPECT_EQ(report.duplicate_count(), 1);
  EXPECT_EQ(report.first_duplicate(), 7u);
}

TEST(KeyReportTest, DuplicatesMayBeKeysOfAnotherWidth) {
  const auto problem = [](const cli::KeyFileReport& report) {
    return report.problems(0);
  };
  const auto wide = EncodeKeys({1, 2, 3}, 8);
  EXPECT_THAT(problem(InspectKeys(wide, 4)), HasSubstr("--key-size 8 meant?"));
  EXPECT_THAT(problem(Inspect({7, 3, 7}, 4)),
              testing::Not(HasSubstr("--key-size")));
  EXPECT_THAT(problem(Inspect({7, 7}, 8)),
              testing::Not(HasSubstr("--key-size")));
}

TEST(KeyReportTest, WideKeysMustPackInto32Bits) {
  EXPECT_TRUE(Inspect({0x1'0000'0001, 0x1'0000'0002}, 8).packable());
  const cli::KeyFileReport wide = Inspect({0, UINT64_MAX}, 8);
  EXPECT_FALSE(wide.packable());
  EXPECT_EQ(wide.varying_bits(), 64);
  EXPECT_FALSE(wide.usable());
}

TEST(KeyReportTest, AnOddLengthIsNamed) {
  const std::vector<std::uint8_t> bytes(7);
  const cli::KeyFileReport report = InspectKeys(bytes, 4);
  EXPECT_FALSE(report.usable());
  EXPECT_THAT(report.problems(0), HasSubstr("7 bytes are no multiple"));
}

TEST(KeyReportTest, AnEmptyFileHasNoKeys) {
  const cli::KeyFileReport report = InspectKeys({}, 4);
  EXPECT_FALSE(report.usable());
  EXPECT_EQ(report.problems(0), "there are no keys");
}

}  // namespace
}  // namespace perfecthash
