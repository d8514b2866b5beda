#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  EXPECT_EQ(RunCli({"keys", "import", text, out}).exit_code, 0);
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

}  // namespace
}  // namespace perfecthash
