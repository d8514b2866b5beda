#include "engine/codegen/generator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/codegen/identifier.h"
#include "engine/codegen/loaded_table.h"
#include "tests/engine/codegen/solved_table.h"
#include "tests/support/shell_command.h"

namespace perfecthash {
namespace {

constexpr char kWarnings[] =
    " -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror ";

// Every way to compile C sources that this machine offers.
std::vector<std::string> Compilers() {
  std::vector<std::string> compilers = {"cc -std=c99", "cc -std=c11 -O2",
                                        "c++ -x c++"};
  if (HasProgram("clang-19")) compilers.push_back("clang-19 -std=c11 -O2");
  if (HasProgram("clang++-19")) compilers.push_back("clang++-19 -x c++");
  return compilers;
}

// The files of a table in a directory of their own.
class Sources {
 public:
  Sources(const SolvedTable& solved, const std::string& name,
          const GeneratorOptions& options)
      : name_(IdentifierFromFileName(name)),
        generated_(Generate(solved.table, solved.keys, name, options)) {
    directory_.Write(generated_);
  }

  const std::string& path() const { return directory_.path(); }

  // Compiles self-test or benchmark and runs it.
  CommandResult CompileAndRun(const std::string& compiler) const {
    return RunCommand(absl::StrCat("cd ", path(), " && ", compiler, kWarnings,
                                   name_, ".c ", name_,
                                   "_test.c -o program && ./program"));
  }
  CommandResult RunCMake() const {
    return RunCommand(
        absl::StrCat("cd ", path(),
                     " && cmake -G Ninja -B build && cmake --build build && "
                     "cd build && ctest --output-on-failure && ./",
                     name_, "_benchmark"));
  }

 private:
  TemporaryDirectory directory_;
  std::string name_;
  GeneratedTable generated_;
};

void ExpectCompilesAndPasses(const SolvedTable& solved,
                             const GeneratorOptions& options = {}) {
  const Sources sources(solved, "a", options);
  for (const std::string& compiler : Compilers()) {
    const CommandResult result = sources.CompileAndRun(compiler);
    EXPECT_EQ(result.exit_code, 0) << compiler << "\n" << result.output;
    EXPECT_NE(result.output.find(" keys ok"), std::string::npos);
  }
}

std::vector<std::uint64_t> WideKeys(std::size_t count) {
  std::vector<std::uint64_t> keys = RandomKeys(count, 1u << 20);
  for (std::uint64_t& key : keys) {
    key = (key & 0x3ff) << 7 | (key >> 10) << 50 | 1ull << 33 | 1ull << 63;
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

TEST(GeneratorTest, FilesAreFew) {
  const SolvedTable solved = Solve(RandomKeys(186, 1u << 24));
  GeneratedTable generated =
      Generate(solved.table, solved.keys, "x-1.keys", {});
  std::vector<std::string> names;
  std::size_t bytes = 0;
  for (GeneratedFile& file : generated.files) {
    names.push_back(file.filename());
    bytes += Pull(file).size();
    EXPECT_EQ(file.kind() == ArtifactKind::kTable,
              file.filename().ends_with(".pht"));
  }
  EXPECT_EQ(names, (std::vector<std::string>{"x_1.h", "x_1.c", "x_1_test.c",
                                             "CMakeLists.txt", "x_1.pht"}));
  EXPECT_LT(bytes, 16'000u);
}

TEST(GeneratorTest, KindsAreChosen) {
  const SolvedTable solved = Solve({1, 2, 3});
  EXPECT_EQ(
      Generate(solved.table, solved.keys, "a", {.table = false}).files.size(),
      4u);
  EXPECT_EQ(Generate(solved.table, solved.keys, "a", {.c = false}).files.size(),
            1u);
}

TEST(GeneratorTest, ConcurrentPullsGiveTheSameBytes) {
  const SolvedTable solved = Solve(RandomKeys(5000, 1ull << 32));
  GeneratedTable expected = Generate(solved.table, solved.keys, "a", {});
  GeneratedTable pulled = Generate(solved.table, solved.keys, "a", {});
  std::vector<std::string> texts(pulled.files.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    threads.emplace_back(
        [&, i] { texts[i] = Pull(pulled.files[i], 1000 + i); });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(texts[i], Pull(expected.files[i]));
  }
}

TEST(GeneratorTest, EveryFunctionCompilesAndPasses) {
  for (const HashFunction& function : AllHashFunctions()) {
    SCOPED_TRACE(std::string(function.name));
    ExpectCompilesAndPasses(
        Solve(RandomKeys(100, 1ull << 32), std::string(function.name)));
  }
}

TEST(GeneratorTest, EveryEntryWidthCompilesAndPasses) {
  for (const std::size_t count : {1u, 8u, 256u, 257u, 65537u}) {
    SCOPED_TRACE(count);
    const std::vector<std::uint64_t> keys = RandomKeys(count, 1ull << 32);
    const Sources sources(Solve(keys), "a", {});
    const CommandResult result = sources.CompileAndRun("cc -std=c99");
    EXPECT_EQ(result.exit_code, 0) << result.output;
    // The same directory serves the engine, too.
    const auto loaded = LoadedTable::Open(sources.path() + "/a.pht");
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    EXPECT_EQ(loaded->Index(keys.back()), count - 1);
  }
}

TEST(GeneratorTest, KeyZeroAndTheLargestKeysCompileAndPass) {
  ExpectCompilesAndPasses(Solve({0}));
  ExpectCompilesAndPasses(
      Solve({0, 1, 2, 0xfffffffe, 0xffffffff}, "Mulshrolate4RX"));
}

TEST(GeneratorTest, PackedKeysCompileAndPass) {
  ExpectCompilesAndPasses(Solve(WideKeys(300), KeyWidth::k64Bits, "Auto"));
  ExpectCompilesAndPasses(Solve({~0ull}, KeyWidth::k64Bits, "Auto"));
}

TEST(GeneratorTest, KeysOf64BitsCompileAndPass) {
  const std::vector<std::uint64_t> keys = RandomKeys(300, ~0ull);
  for (const char* function :
       {"Auto", "WideMultiplyShiftRX", "WideMultiplyXorShiftRX"}) {
    ExpectCompilesAndPasses(Solve(keys, KeyWidth::k64Bits, function));
    ExpectCompilesAndPasses(
        Solve({0, 1, 1ull << 33, ~0ull}, KeyWidth::k64Bits, function));
  }
  // They take packed keys as well.
  ExpectCompilesAndPasses(
      Solve(WideKeys(300), KeyWidth::k64Bits, "WideMultiplyShiftRX"));
}

TEST(GeneratorTest, PackedKeysPassWithBmi2) {
  if (RunCommand("grep -qw bmi2 /proc/cpuinfo").exit_code != 0) {
    GTEST_SKIP() << "this processor has no BMI2";
  }
  const Sources sources(Solve(WideKeys(300), KeyWidth::k64Bits, "Auto"), "a",
                        {});
  const CommandResult result = sources.CompileAndRun("cc -O2 -mbmi2");
  EXPECT_EQ(result.exit_code, 0) << result.output;
}

TEST(GeneratorTest, IndexOnlyHasNoValues) {
  const SolvedTable solved = Solve(RandomKeys(100, 1ull << 32));
  ExpectCompilesAndPasses(solved, {.index_only = true});
  GeneratedTable generated =
      Generate(solved.table, solved.keys, "a", {.index_only = true});
  for (GeneratedFile& file : generated.files) {
    const std::string text = Pull(file);
    EXPECT_EQ(text.find("a_Insert"), std::string::npos) << file.filename();
    EXPECT_EQ(text.find("a_Value"), std::string::npos) << file.filename();
  }
}

TEST(GeneratorTest, ValuesMayHaveAnotherType) {
  const Sources sources(Solve(RandomKeys(100, 1ull << 32)), "a", {});
  for (const char* type : {"uint8_t", "int64_t", "double"}) {
    const CommandResult result =
        sources.CompileAndRun(absl::StrCat("cc -Da_VALUE=", type));
    EXPECT_EQ(result.exit_code, 0) << type << "\n" << result.output;
  }
}

TEST(GeneratorTest, NamesFromHellCompileAndPass) {
  const SolvedTable solved = Solve({3, 5, 8});
  for (const char* name :
       {"", "a b.keys", "7 of 9", "int", "test.keys", "\xe9\x8d\xb5.keys",
        "*/ #error \\", "${PATH} @NAME@ @KEY@", "_A", "back\\slash\"\n"}) {
    const Sources sources(solved, name, {});
    const CommandResult result = sources.CompileAndRun("cc -std=c99");
    EXPECT_EQ(result.exit_code, 0) << name << "\n" << result.output;
  }
  const Sources long_name(solved, std::string(5000, 'x'), {});
  EXPECT_EQ(long_name.CompileAndRun("cc -std=c99").exit_code, 0);
}

TEST(GeneratorTest, SelfTestFailsForAWrongTable) {
  SolvedTable wrong = Solve(RandomKeys(100, 1ull << 32));
  wrong.keys = Solve(RandomKeys(100, 1u << 30)).keys;
  const Sources sources(wrong, "a", {});
  const CommandResult result = sources.CompileAndRun("cc");
  EXPECT_EQ(result.exit_code, 1) << result.output;
  EXPECT_NE(result.output.find("index is not the rank"), std::string::npos);
}

TEST(GeneratorTest, TwoTablesFitIntoOneCxxProgram) {
  const TemporaryDirectory directory;
  for (const char* name : {"one", "two"}) {
    const SolvedTable solved = Solve(RandomKeys(20, 1000));
    GeneratedTable generated = Generate(solved.table, solved.keys, name, {});
    directory.Write(generated);
  }
  directory.Write("main.cc",
                  "#include \"one.h\"\n#include \"two.h\"\n#include \"one.h\"\n"
                  "int main() { one_Insert(1, 2); return two_Index(1) > 31 || "
                  "one_Lookup(1) != 2; }\n");
  const CommandResult result = RunCommand(
      absl::StrCat("cd ", directory.path(), " && cc -c one.c two.c && c++",
                   kWarnings, "main.cc one.o two.o -o main && ./main"));
  EXPECT_EQ(result.exit_code, 0) << result.output;
}

TEST(GeneratorTest, DirectoryBuildsWithCMakeAndItsBenchmarkRuns) {
  const Sources sources(Solve(RandomKeys(1000, 1ull << 32)), "test", {});
  const CommandResult result = sources.RunCMake();
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_NE(result.output.find("100% tests passed"), std::string::npos);
  EXPECT_NE(result.output.find(" ns per Index"), std::string::npos);
}

TEST(GeneratorTest, DirectoryWorksInAnotherCMakeProject) {
  const TemporaryDirectory directory;
  const SolvedTable solved = Solve({10, 20, 30});
  GeneratedTable generated = Generate(solved.table, solved.keys, "words", {});
  ASSERT_EQ(RunCommand("mkdir " + directory.path() + "/words").exit_code, 0);
  for (GeneratedFile& file : generated.files) {
    directory.Write("words/" + file.filename(), Pull(file));
  }
  directory.Write("CMakeLists.txt",
                  "cmake_minimum_required(VERSION 3.10)\nproject(user C)\n"
                  "add_subdirectory(words)\nadd_executable(user main.c)\n"
                  "target_link_libraries(user PRIVATE words)\n");
  directory.Write("main.c",
                  "#include \"words.h\"\nint main(void) {\n"
                  "  return words_Index(20) == 1 ? 0 : 1;\n}\n");
  const CommandResult result = RunCommand(absl::StrCat(
      "cd ", directory.path(),
      " && cmake -G Ninja -B build && cmake --build build && build/user && "
      "test ! -e build/words/words_test"));
  EXPECT_EQ(result.exit_code, 0) << result.output;
}

// The table file read by another program in another language, from what its
// header says alone.
TEST(GeneratorTest, TablesPassAnIndependentCheck) {
  const auto check = [](const std::vector<std::uint64_t>& keys, KeyWidth width,
                        const std::string& function) {
    const TemporaryDirectory directory;
    const SolvedTable solved = Solve(keys, width, function);
    GeneratedTable generated =
        Generate(solved.table, solved.keys, "a", {.c = false});
    directory.Write(generated);
    const auto bytes = KeyFileBytes(keys, width);
    directory.Write("a.keys", std::string(bytes.begin(), bytes.end()));
    const CommandResult result = RunCommand(
        absl::StrCat("/usr/bin/python3 ", CHECK_TABLE_PROGRAM, " ",
                     directory.path(), "/a.pht ", directory.path(), "/a.keys"));
    EXPECT_EQ(result.exit_code, 0) << function << "\n" << result.output;
  };
  for (const HashFunction& function : AllHashFunctions()) {
    const std::string name(function.name);
    check(RandomKeys(700, 1ull << 32), KeyWidth::k32Bits, name);
    check({0, 1, 2, 3, 4, 9}, KeyWidth::k32Bits, name);
    check(WideKeys(200), KeyWidth::k64Bits, name);
    if (!function.takes_wide_keys()) continue;
    std::vector<std::uint64_t> unpackable = RandomKeys(200, ~0ull);
    unpackable.insert(unpackable.begin(), 0);
    check(unpackable, KeyWidth::k64Bits, name);
  }
  check(RandomKeys(70'000, 1ull << 32), KeyWidth::k32Bits, "Mulshrolate4RX");
}

}  // namespace
}  // namespace perfecthash
