#include "cli/text_table.h"

#include <gtest/gtest.h>

namespace perfecthash {
namespace {

TEST(TextTableTest, ColumnsAreAlignedAndLinesHaveNoTrailingBlanks) {
  TextTable table({{"NAME"}, {"COUNT", Align::kRight}, {"NOTE"}});
  table.AddRow({"a", "1", ""});
  table.AddRow({"longer", "13,637", "x"});
  EXPECT_EQ(table.Format(),
            "NAME     COUNT  NOTE\n"
            "a            1\n"
            "longer  13,637  x\n");
}

TEST(TextTableTest, WithoutTitlesThereIsNoHeading) {
  TextTable table({{""}, {""}});
  table.AddRow({"Job", "jobs/1"});
  EXPECT_EQ(table.Format(), "Job  jobs/1\n");
}

TEST(TextTableTest, ControlCharactersDoNotReachTheTerminal) {
  TextTable table({{""}});
  table.AddRow({"a\x1b[31m\nb"});
  EXPECT_EQ(table.Format(), "a?[31m?b\n");
}

TEST(TextTableTest, WidthCountsCharactersNotBytes) {
  TextTable table({{""}, {""}});
  table.AddRow({"\xC3\xA4", "x"});
  table.AddRow({"ab", "y"});
  EXPECT_EQ(table.Format(), "\xC3\xA4   x\nab  y\n");
}

}  // namespace
}  // namespace perfecthash
