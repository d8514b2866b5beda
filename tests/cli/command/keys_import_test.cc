#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/cli_process.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(KeysImportTest, ImportWritesSortedKeysAndReportsThem) {
  TemporaryDirectory directory;
  const std::string text = directory.Write("t.txt", "0x10\n3 # three\n\n7\n");
  const std::string out = directory.path() + "/k.keys";
  const CliResult result = RunCli({"keys", "import", text, out});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(directory.Read("k.keys"), KeyBytes({3, 7, 16}));
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("32 bits"), HasSubstr("0x3"), HasSubstr("0x10")));
}

TEST(KeysImportTest, ImportChoosesTheWidthThatIsNeeded) {
  TemporaryDirectory directory;
  const std::string text = directory.Write("t.txt", "0x100000000\n1\n");
  const std::string out = directory.path() + "/k.keys";
  EXPECT_EQ(RunCli({"keys", "import", text, out, "--key-size", "4"}).exit_code,
            1);
  EXPECT_EQ(directory.Read("k.keys"), "");
  const CliResult wide = RunCli({"keys", "import", text, out});
  EXPECT_EQ(wide.exit_code, 0);
  EXPECT_THAT(wide.err, HasSubstr("use --key-size 8 with create and bulk"));
  EXPECT_EQ(directory.Read("k.keys").size(), 16u);
}

TEST(KeysImportTest, ImportNamesLinesAndWritesNothing) {
  TemporaryDirectory directory;
  const std::string text = directory.Write("t.txt", "1\nx\n1\n");
  const CliResult result =
      RunCli({"keys", "import", text, directory.path() + "/k.keys"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("t.txt: 2 lines are wrong"),
                                HasSubstr("line 2"), HasSubstr("line 3")));
  EXPECT_EQ(directory.List("").size(), 1u);
}

TEST(KeysImportTest, ImportKeepsItsTextAndWhatIsNoFile) {
  TemporaryDirectory directory;
  const std::string text = directory.Write("t.txt", "1\n");
  const std::string link = directory.path() + "/link";
  std::filesystem::create_symlink("t.txt", link);
  for (const std::string& out : {text, link}) {
    const CliResult same = RunCli({"keys", "import", text, out});
    EXPECT_EQ(same.exit_code, 2);
    EXPECT_THAT(same.err, HasSubstr("OUT and TEXT are the same file"));
  }
  EXPECT_EQ(directory.Read("t.txt"), "1\n");
  const CliResult stream = RunCli({"keys", "import", text, "/dev/stdout"});
  EXPECT_EQ(stream.exit_code, 2);
  EXPECT_THAT(stream.err, HasSubstr("/dev/stdout is no regular file"));
}

TEST(KeysImportTest, TextMayComeThroughAPipe) {
  TemporaryDirectory directory;
  for (const char* text : {"-", "/dev/stdin"}) {
    CliOptions options;
    options.working_directory = directory.path();
    options.standard_input = "5\n6\n";
    options.arguments = {"keys", "import", text, "k.keys"};
    const CliResult result = RunCli(options);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(directory.Read("k.keys"), KeyBytes({5, 6}));
    std::filesystem::remove(directory.path() + "/k.keys");
  }
}

TEST(KeysImportTest, KeysDoNotGoToStandardOutput) {
  const CliResult result = RunCli({"keys", "import", "-", "-"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("OUT cannot be -"));
}

TEST(KeysImportTest, ALinkToTheKeyFileStaysALink) {
  TemporaryDirectory directory;
  const std::string text = directory.Write("t.txt", "1\n");
  const std::string link = directory.path() + "/link";
  std::filesystem::create_symlink("k.keys", link);
  EXPECT_EQ(RunCli({"keys", "import", text, link}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(directory.Read("k.keys"), KeyBytes({1}));
}

}  // namespace
}  // namespace perfecthash
