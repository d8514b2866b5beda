#include "engine/codegen/loaded_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/mapped_file.h"
#include "tests/engine/codegen/solved_table.h"

namespace perfecthash {
namespace {

// Writes the table file of `solved` and returns its path.
std::string WriteTable(const TemporaryDirectory& directory,
                       const SolvedTable& solved) {
  GeneratedTable generated =
      Generate(solved.table, solved.keys, "loaded", {.c = false});
  return directory.Write("loaded.pht", Pull(generated, "loaded.pht"));
}

void ExpectLoadsTheSame(const SolvedTable& solved) {
  const TemporaryDirectory directory;
  const auto loaded = LoadedTable::Open(WriteTable(directory, solved));
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  for (std::size_t i = 0; i < solved.keys.size(); ++i) {
    const std::uint64_t key = solved.keys.original_key(i);
    ASSERT_EQ(loaded->Index(key), i);
    // A key of no set has the same index in both, too.
    ASSERT_EQ(loaded->Index(key + 1), solved.table.Index(key + 1));
  }
}

TEST(LoadedTableTest, EveryFunctionLoads) {
  for (const HashFunction& function : AllHashFunctions()) {
    SCOPED_TRACE(std::string(function.name));
    ExpectLoadsTheSame(
        Solve(RandomKeys(150, 1u << 30), std::string(function.name)));
  }
}

TEST(LoadedTableTest, EveryEntryWidthLoads) {
  for (const std::size_t count : {1u, 8u, 256u, 257u, 65536u, 65537u}) {
    SCOPED_TRACE(count);
    ExpectLoadsTheSame(Solve(RandomKeys(count, 1ull << 32)));
  }
}

TEST(LoadedTableTest, KeyZeroLoads) {
  for (const HashFunction& function : AllHashFunctions()) {
    ExpectLoadsTheSame(Solve({0, 1, 2, 3, 70, 80}, std::string(function.name)));
  }
}

TEST(LoadedTableTest, PackedKeysLoad) {
  ExpectLoadsTheSame(Solve({5ull << 40}, KeyWidth::k64Bits, "Auto"));
  std::vector<std::uint64_t> keys = RandomKeys(500, 1u << 20);
  for (std::uint64_t& key : keys) {
    key = (key & 0x3ff) << 7 | (key >> 10) << 50 | 1ull << 33;
  }
  std::sort(keys.begin(), keys.end());
  ExpectLoadsTheSame(Solve(keys, KeyWidth::k64Bits, "Auto"));
}

TEST(LoadedTableTest, KeysOf64BitsLoad) {
  std::vector<std::uint64_t> keys = RandomKeys(500, ~0ull);
  keys.insert(keys.begin(), 0);
  ExpectLoadsTheSame(Solve(keys, KeyWidth::k64Bits, "Auto"));
  ExpectLoadsTheSame(Solve(keys, KeyWidth::k64Bits, "WideMultiplyXorShiftRX"));
}

TEST(LoadedTableTest, DigestIsThatOfTheTable) {
  const TemporaryDirectory directory;
  const SolvedTable solved = Solve({10, 20, 30});
  const auto loaded = LoadedTable::Open(WriteTable(directory, solved));
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->digest(), MakeTableFileFrame(solved.table).digest);
}

TEST(LoadedTableTest, OutlivesItsFileAndMoves) {
  const SolvedTable solved = Solve({10, 20, 30});
  auto directory = std::make_unique<TemporaryDirectory>();
  auto loaded = LoadedTable::Open(WriteTable(*directory, solved));
  ASSERT_TRUE(loaded.ok());
  directory.reset();
  const LoadedTable moved = *std::move(loaded);
  EXPECT_EQ(moved.Index(20), 1u);
}

TEST(LoadedTableTest, ErrorsNameThePath) {
  const TemporaryDirectory directory;
  const std::string missing = directory.path() + "/missing.pht";
  const auto error = [](const std::string& path) {
    const auto loaded = LoadedTable::Open(path);
    EXPECT_FALSE(loaded.ok());
    EXPECT_TRUE(std::string(loaded.status().message()).find(path) !=
                std::string::npos)
        << loaded.status();
    return loaded.status().code();
  };
  EXPECT_EQ(error(missing), absl::StatusCode::kNotFound);
  EXPECT_EQ(error(directory.path()), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(error(directory.Write("empty.pht", "")),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(error(directory.Write("text.pht", std::string(500, 'a'))),
            absl::StatusCode::kInvalidArgument);
  const SolvedTable solved = Solve({1, 2});
  GeneratedTable generated = Generate(solved.table, solved.keys, "d", {});
  std::string damaged = Pull(generated, "d.pht");
  damaged[195] ^= 1;
  EXPECT_EQ(error(directory.Write("damaged.pht", damaged)),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace perfecthash
