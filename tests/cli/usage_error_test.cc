#include "cli/usage_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/cli_process.h"

namespace perfecthash {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(UsageErrorTest, OnlyTheNearestWordsAreNamed) {
  EXPECT_THAT(NearestWords("bluk", {"bulk", "job"}), ElementsAre("bulk"));
  EXPECT_THAT(NearestWords("gett", {"get", "set"}), ElementsAre("get"));
  EXPECT_THAT(NearestWords("watt", {"wait", "want", "watch"}),
              ElementsAre("wait", "want"));
  EXPECT_THAT(NearestWords("xyz", {"bulk", "job", ""}), IsEmpty());
}

TEST(UsageErrorTest, AValueMustFollowItsSign) {
  EXPECT_THAT(*DescribeMissingValue({"bulk", "--wait-for-server="}),
              HasSubstr("--wait-for-server= has no value"));
  EXPECT_FALSE(DescribeMissingValue({"--label", "a=", "--x=1="}).has_value());
  EXPECT_FALSE(DescribeMissingValue({"--", "--x="}).has_value());
}

// DescribeUnknownWord() by what the program makes of it.
std::string ErrorOf(const std::vector<std::string>& arguments) {
  const CliResult result = RunCli(arguments);
  EXPECT_EQ(result.exit_code, 2);
  return result.err;
}

TEST(UsageErrorTest, AnUnknownWordIsNoCommand) {
  EXPECT_THAT(ErrorOf({"bluk", "x"}),
              HasSubstr("\"bluk\" is not a command of perfecthash; nearest: "
                        "bulk\n"));
  EXPECT_THAT(ErrorOf({"job", "gett", "x"}),
              HasSubstr("\"gett\" is not a command of perfecthash job; "
                        "nearest: get\n"));
  EXPECT_THAT(ErrorOf({"keys", "mend"}), HasSubstr("; there are: inspect, "
                                                   "import\n"));
  EXPECT_THAT(ErrorOf({"job", "get", "x", "y"}),
              HasSubstr("\"y\" is a word too many for perfecthash job get"));
}

TEST(UsageErrorTest, AnUnknownOptionIsOne) {
  EXPECT_THAT(ErrorOf({"bulk", "x", "--adress=y"}),
              HasSubstr("\"--adress\" is not an option of perfecthash bulk; "
                        "nearest: --address"));
}

TEST(UsageErrorTest, WaitForServerTakesItsTimeBehindASign) {
  const char* remedy =
      "\"20s\" is not a command; --wait-for-server takes its time as "
      "--wait-for-server=20s";
  EXPECT_THAT(ErrorOf({"--wait-for-server", "20s", "job", "list"}),
              HasSubstr(remedy));
  EXPECT_THAT(ErrorOf({"job", "list", "--wait-for-server", "20s"}),
              HasSubstr(remedy));
  EXPECT_THAT(ErrorOf({"job", "list", "--wait-for-server="}),
              HasSubstr("--wait-for-server= has no value"));
}

}  // namespace
}  // namespace perfecthash
