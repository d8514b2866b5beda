#include "engine/codegen/table_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "tests/engine/codegen/solved_table.h"
#include "tests/support/counting_stop.h"

namespace perfecthash {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes FileOf(const SolvedTable& solved) {
  GeneratedTable generated =
      Generate(solved.table, solved.keys, "a", {.c = false});
  const std::string text = Pull(generated, "a.pht");
  return Bytes(text.begin(), text.end());
}

// Makes whatever is in the header and the array the contents of the file.
void FixChecksum(Bytes& file) {
  const Sha256Digest checksum =
      Sha256(absl::MakeConstSpan(file).first(file.size() - 32));
  std::copy(checksum.begin(), checksum.end(), file.end() - 32);
}

template <typename Field>
void Set(Bytes& file, std::size_t offset, Field value) {
  std::memcpy(file.data() + offset, &value, sizeof(value));
  FixChecksum(file);
}

class TableFileTest : public testing::Test {
 protected:
  void ExpectError(const Bytes& file, const std::string& words) {
    const auto view = ParseTableFile(file);
    ASSERT_FALSE(view.ok()) << words;
    EXPECT_NE(view.status().message().find(words), absl::string_view::npos)
        << view.status();
  }

  const SolvedTable solved_ = Solve(RandomKeys(300, 1u << 31));
  Bytes file_ = FileOf(solved_);
};

TEST_F(TableFileTest, ParsedTableIsTheTable) {
  const auto view = ParseTableFile(file_);
  ASSERT_TRUE(view.ok()) << view.status();
  const TableParameters& parameters = view->parameters;
  const TableParameters& original = solved_.table.parameters();
  EXPECT_EQ(parameters.function, original.function);
  EXPECT_EQ(parameters.seeds, original.seeds);
  EXPECT_EQ(parameters.key_count, 300u);
  EXPECT_EQ(parameters.size.edge_count, original.size.edge_count);
  EXPECT_EQ(parameters.size.vertex_count, original.size.vertex_count);
  EXPECT_EQ(parameters.table_resizes, original.table_resizes);
  EXPECT_EQ(parameters.packing, original.packing);
  EXPECT_EQ(view->assigned, solved_.table.assigned());
  for (std::size_t i = 0; i < solved_.keys.size(); ++i) {
    const std::uint64_t key = solved_.keys.original_key(i);
    EXPECT_EQ(LookUpIndex(parameters, view->assigned.data(), key), i);
  }
}

TEST_F(TableFileTest, DigestIsThatOfTheFileWhateverTheTablesName) {
  const Sha256Digest digest = Sha256(file_);
  EXPECT_EQ(MakeTableFileFrame(solved_.table).digest, digest);
  EXPECT_EQ(ParseTableFile(file_)->digest, digest);
  for (const char* name : {"a", "another"}) {
    const GeneratorOptions nothing{.c = false, .table = false};
    const auto generated = Generate(solved_.table, solved_.keys, name, nothing);
    EXPECT_EQ(generated.digest, digest);
    EXPECT_TRUE(generated.files.empty());
  }
}

TEST_F(TableFileTest, FileIsHeaderArrayAndChecksum) {
  const std::size_t array = solved_.table.assigned().size();
  EXPECT_EQ(file_.size(), 192 + array + 32);
  EXPECT_EQ(solved_.table.parameters().assigned_bytes(), array);
}

TEST_F(TableFileTest, EveryTruncationIsNoticed) {
  for (std::size_t size = 0; size < file_.size(); size += 7) {
    const auto view = ParseTableFile(absl::MakeConstSpan(file_).first(size));
    EXPECT_FALSE(view.ok()) << size;
  }
  file_.push_back(0);
  ExpectError(file_, "file size is");
}

TEST_F(TableFileTest, EveryFlippedBitIsNoticed) {
  for (std::size_t bit = 0; bit < file_.size() * 8; bit += 5) {
    file_[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_FALSE(ParseTableFile(file_).ok()) << bit;
    file_[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
  }
  EXPECT_TRUE(ParseTableFile(file_).ok());
}

TEST_F(TableFileTest, ErrorsSayWhatIsWrong) {
  const auto with = [this](std::size_t offset, auto value) {
    Bytes file = file_;
    Set(file, offset, value);
    return file;
  };
  using Header = TableFileHeader;
  const std::uint32_t two = 2;
  ExpectError(with(offsetof(Header, magic), two), "does not begin with");
  ExpectError(with(offsetof(Header, version), two), "of version 2");
  ExpectError(with(offsetof(Header, header_bytes), two), "header size is 2");
  ExpectError(with(offsetof(Header, byte_order), 0x04030201u), "byte order");
  ExpectError(with(offsetof(Header, key_bytes), two), "key size is 2");
  ExpectError(with(offsetof(Header, hash_function), two), "hash function");
  ExpectError(with(offsetof(Header, key_count), 0u), "key count is 0");
  ExpectError(with(offsetof(Header, key_count), 0xffffffffu), "key count is");
  ExpectError(with(offsetof(Header, edge_count), 300u), "edge count is 300");
  ExpectError(with(offsetof(Header, vertex_count), two), "vertex count is 2");
  ExpectError(with(offsetof(Header, vertex_count), 0x80000000u),
              "vertex count is");
  ExpectError(with(offsetof(Header, entry_bytes), 4u), "entry size is 4");
  ExpectError(with(offsetof(Header, seed_count), 9u), "seed count is 9");
  ExpectError(with(offsetof(Header, pack_mask), ~std::uint64_t{0}),
              "pack mask");
  ExpectError(with(offsetof(Header, constant_bits), std::uint64_t{1}),
              "constant bits");
  ExpectError(with(offsetof(Header, assigned_bytes), std::uint64_t{1} << 60),
              "array size");
  ExpectError(with(offsetof(Header, reserved), two), "reserved");

  Bytes file = file_;
  file[200] ^= 1;
  ExpectError(file, "checksum");
}

// What passes the checks may be wrong, but never unsafe: a sanitizer watches.
TEST_F(TableFileTest, ForgedHeadersAreRefusedOrSafe) {
  std::mt19937 random(1);
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    Bytes file = file_;
    const std::size_t word = random() % (kTableFileHeaderBytes / 4) * 4;
    const auto number = static_cast<std::uint32_t>(random());
    const std::uint32_t values[] = {0, 1, number % 64, number, 1u << 31, ~0u};
    Set(file, word, values[random() % std::size(values)]);
    const auto view = ParseTableFile(file);
    if (!view.ok()) continue;
    ++accepted;
    for (int i = 0; i < 100; ++i) {
      const std::uint64_t key = std::uint64_t{random()} << 32 ^ random();
      const TableParameters& parameters = view->parameters;
      EXPECT_LT(LookUpIndex(parameters, view->assigned.data(), key),
                parameters.size.edge_count);
    }
  }
  EXPECT_GT(accepted, 0);
}

TEST_F(TableFileTest, AnyLookMayStopTheHashing) {
  const CountingStop never;
  EXPECT_TRUE(MakeTableFileFrame(solved_.table, &never).has_value());
  EXPECT_GE(never.looks(), 1u);
  const CountingStop stop(1);
  EXPECT_FALSE(MakeTableFileFrame(solved_.table, &stop).has_value());
}

}  // namespace
}  // namespace perfecthash
