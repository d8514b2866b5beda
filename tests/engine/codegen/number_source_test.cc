#include "engine/codegen/number_source.h"

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/byte_source.h"
#include "engine/codegen/generated_file.h"
#include "tests/engine/codegen/solved_table.h"

namespace perfecthash {
namespace {

std::string Format(std::uint64_t number) {
  std::uint8_t text[kNumberTextBytesMax];
  return std::string(text, FormatNumber(number, text));
}

GeneratedFile FileOf(const std::vector<std::uint64_t>& numbers) {
  auto read = [&numbers](std::size_t i) { return numbers[i]; };
  std::vector<std::unique_ptr<ByteSource>> sections;
  sections.push_back(std::make_unique<TextSource>("begin\n"));
  sections.push_back(
      std::make_unique<NumberSource<decltype(read)>>(numbers.size(), read));
  sections.push_back(std::make_unique<TextSource>("end\n"));
  return GeneratedFile("a.c", ArtifactKind::kC, std::move(sections));
}

TEST(NumberSourceTest, NumbersAreDecimal) {
  EXPECT_EQ(Format(0), "0");
  EXPECT_EQ(Format(4294967295), "4294967295");
  EXPECT_EQ(Format(4294967296), "4294967296");
  EXPECT_EQ(Format(9223372036854775807u), "9223372036854775807");
  EXPECT_EQ(Format(9223372036854775808u), "9223372036854775808u");
}

TEST(NumberSourceTest, NumbersOfEveryLengthAreDecimal) {
  for (std::uint64_t number = 0; number < 200'000; ++number) {
    ASSERT_EQ(Format(number), std::to_string(number));
  }
  for (std::uint64_t power = 10; power < 1'000'000'000'000; power *= 10) {
    for (std::uint64_t step = 1; step < power; step = step * 3 + 1) {
      ASSERT_EQ(Format(power + step), std::to_string(power + step));
      ASSERT_EQ(Format(power - step), std::to_string(power - step));
    }
  }
}

TEST(NumberSourceTest, LinesHoldSixteenNumbers) {
  const std::vector<std::uint64_t> numbers(17, 7);
  GeneratedFile file = FileOf(numbers);
  EXPECT_EQ(Pull(file), "begin\n7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,\n7,\nend\n");
}

TEST(NumberSourceTest, EveryChunkSizeGivesTheSameBytes) {
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t i = 0; i < 200; ++i) {
    numbers.push_back(std::numeric_limits<std::uint64_t>::max() >> (i % 64));
  }
  std::string expected;
  for (const std::size_t chunk_bytes : {100'000, 1, 2, 7, 23, 24, 100}) {
    GeneratedFile file = FileOf(numbers);
    const std::string text = Pull(file, chunk_bytes);
    if (expected.empty()) expected = text;
    EXPECT_EQ(text, expected) << chunk_bytes;
  }
}

TEST(NumberSourceTest, FillIsFullButAtTheEnd) {
  const std::vector<std::uint64_t> numbers(1000, 123456);
  GeneratedFile file = FileOf(numbers);
  std::vector<std::uint8_t> chunk(97);
  std::size_t filled;
  while ((filled = file.Fill(absl::MakeSpan(chunk))) == chunk.size()) {
  }
  EXPECT_LT(filled, chunk.size());
  EXPECT_EQ(file.Fill(absl::MakeSpan(chunk)), 0u);
  EXPECT_EQ(file.Fill({}), 0u);
}

TEST(MemorySourceTest, PassesItsBytesOn) {
  const std::vector<std::uint8_t> bytes = {1, 2, 3, 4, 5};
  MemorySource source(bytes);
  std::vector<std::uint8_t> out(3);
  EXPECT_EQ(source.Fill(absl::MakeSpan(out)), 3u);
  EXPECT_EQ(out, (std::vector<std::uint8_t>{1, 2, 3}));
  EXPECT_EQ(source.Fill(absl::MakeSpan(out)), 2u);
  EXPECT_EQ(out[1], 5);
  EXPECT_EQ(source.Fill(absl::MakeSpan(out)), 0u);
}

}  // namespace
}  // namespace perfecthash
