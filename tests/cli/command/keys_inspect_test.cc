#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/cli_process.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(KeysInspectTest, InspectJudgesAFile) {
  TemporaryDirectory directory;
  const std::string good = directory.Write("g.keys", KeyBytes({0, 1, 2}));
  EXPECT_EQ(RunCli({"keys", "inspect", good}).exit_code, 0);
  EXPECT_THAT(RunCli({"keys", "inspect", good, "-o", "json"}).out,
              AllOf(HasSubstr("\"keyCount\": \"3\""),
                    HasSubstr("\"containsZero\": true"),
                    HasSubstr("\"usable\": true")));
  const std::string twice = directory.Write("t.keys", KeyBytes({5, 5}));
  const CliResult bad = RunCli({"keys", "inspect", twice});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_THAT(bad.out, HasSubstr("1 keys occur again, the first is 0x5"));
  EXPECT_EQ(RunCli({"keys", "inspect", directory.path() + "/none"}).exit_code,
            1);
}

TEST(KeysInspectTest, KeysMayComeThroughAPipe) {
  CliOptions options;
  options.standard_input = KeyBytes({1, 2, 3});
  options.arguments = {"keys", "inspect", "/dev/stdin", "-o", "json"};
  EXPECT_THAT(RunCli(options).out, HasSubstr("\"keyCount\": \"3\""));
}

}  // namespace
}  // namespace perfecthash
