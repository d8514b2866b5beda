#include "engine/codegen/c_table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/codegen/c_header.h"
#include "engine/codegen/c_source.h"
#include "engine/codegen/c_test_program.h"
#include "tests/engine/codegen/solved_table.h"

namespace perfecthash {
namespace {

constexpr CInterface kBothInterfaces[] = {CInterface::kIndex,
                                          CInterface::kIndexAndValues};

CTable TableOf(const SolvedTable& solved) {
  return CTable("words", solved.table.parameters(), Sha256Digest{});
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(CTableTest, PlaceholdersAreFilledIn) {
  const CTable table = TableOf(Solve({1, 2, 3}));
  EXPECT_EQ(table.FillIn("@KEY@ @NAME@_x[@KEY_COUNT@];"),
            "uint32_t words_x[3];");
  EXPECT_EQ(table.FillIn("@NAME@@NAME@"), "wordswords");
  EXPECT_EQ(table.FillIn("plain"), "plain");
  EXPECT_EQ(table.FillIn(""), "");
}

TEST(CTableTest, TypesAreAsWideAsTheTable) {
  const auto types = [](const SolvedTable& solved) {
    return TableOf(solved).FillIn("@KEY@ @ENTRY@");
  };
  EXPECT_EQ(types(Solve({1, 2, 3})), "uint32_t uint8_t");
  EXPECT_EQ(types(Solve(RandomKeys(257, 1u << 30))), "uint32_t uint16_t");
  EXPECT_EQ(types(Solve(RandomKeys(65537, 1u << 30))), "uint32_t uint32_t");
  EXPECT_EQ(types(Solve({1, 2, 3}, KeyWidth::k64Bits, "Auto")),
            "uint64_t uint8_t");
}

TEST(CTableTest, NoPlaceholderIsLeftInAnyFile) {
  for (const HashFunction& function : AllHashFunctions()) {
    const SolvedTable solved = Solve({0, 7, 9}, std::string(function.name));
    const CTable table = TableOf(solved);
    for (const CInterface parts : kBothInterfaces) {
      const CFrame source = RenderCSource(table, parts);
      const CFrame program = RenderCTestProgram(table, parts);
      for (const std::string& text :
           {RenderCHeader(table, parts), RenderCMakeLists(table), source.before,
            source.after, program.before, program.after}) {
        EXPECT_FALSE(Contains(text, "@")) << text;
        EXPECT_TRUE(text.ends_with("\n"));
      }
    }
  }
}

TEST(CTableTest, HeaderTellsWhatTheTableIs) {
  const SolvedTable solved = Solve({10, 20, 30}, "Mulshrolate2RX");
  const std::string header =
      RenderCHeader(TableOf(solved), CInterface::kIndexAndValues);
  EXPECT_TRUE(Contains(header, "Mulshrolate2RX, seeds 0x")) << header;
  EXPECT_TRUE(Contains(header, "#define words_KEY_COUNT 3u")) << header;
  EXPECT_TRUE(Contains(header, "16 entries, 16 bytes")) << header;
  EXPECT_TRUE(Contains(header, ToHex(Sha256Digest{}))) << header;
}

TEST(CTableTest, ValuesComeOnlyWhenAskedFor) {
  const CTable table = TableOf(Solve({10, 20, 30}));
  for (const CInterface parts : kBothInterfaces) {
    const bool values = parts == CInterface::kIndexAndValues;
    EXPECT_EQ(Contains(RenderCHeader(table, parts), "Lookup"), values);
    EXPECT_EQ(Contains(RenderCSource(table, parts).after, "Lookup"), values);
    EXPECT_EQ(Contains(RenderCTestProgram(table, parts).after, "Lookup("),
              values);
  }
}

}  // namespace
}  // namespace perfecthash
