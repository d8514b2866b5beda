#include "engine/codegen/c_index.h"

#include <gtest/gtest.h>

#include <bit>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/perfect_hash/key_packing.h"
#include "tests/engine/codegen/solved_table.h"
#include "tests/support/shell_command.h"

namespace perfecthash {
namespace {

TEST(CIndexTest, HexLiteralsAreUnsigned) {
  EXPECT_EQ(HexLiteral(0xabcd), "0x0000abcdu");
}

TEST(CIndexTest, GatherIsAShiftAndAMaskForEachRun) {
  EXPECT_EQ(RenderGather(0), "(uint32_t)(key & 0)");
  EXPECT_EQ(RenderGather(0xff), "((uint32_t)key & 0x000000ffu)");
  EXPECT_EQ(RenderGather(0xff00), "((uint32_t)(key >> 8) & 0x000000ffu)");
  EXPECT_EQ(RenderGather(0xffffffff00000000),
            "((uint32_t)(key >> 32) & 0xffffffffu)");
  EXPECT_EQ(RenderGather(0x8000000000000001),
            "((uint32_t)key & 0x00000001u) |\n"
            "         ((uint32_t)(key >> 62) & 0x00000002u)");
}

TEST(CIndexTest, GatherInCIsThePackingOfTheEngine) {
  std::mt19937_64 random(1);
  std::string program =
      "#include <stdint.h>\nint main(void) {\n"
      "  uint64_t key;\n";
  for (int round = 0; round < 200; ++round) {
    const std::uint64_t wide = random() & random();
    std::uint64_t mask = round % 2 == 0 ? wide & random() : wide | wide << 1;
    while (std::popcount(mask) > 32) mask &= mask - 1;
    const std::uint64_t key = random();
    const KeyPacking packing = {.mask = mask, .constant_bits = 0};
    absl::StrAppend(&program, "  key = ", key, "ull;\n  if ((",
                    RenderGather(mask), ") != ", packing.Pack(key),
                    "u) return 1;\n");
  }
  program += "  return 0;\n}\n";
  const TemporaryDirectory directory;
  const std::string source = directory.Write("gather.c", program);
  const CommandResult result = RunCommand(absl::StrCat(
      "cc -Wall -Wextra -Wconversion -Werror -o ", directory.path(), "/gather ",
      source, " && ", directory.path(), "/gather"));
  EXPECT_EQ(result.exit_code, 0) << result.output;
}

}  // namespace
}  // namespace perfecthash
