#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/base/tracepoint.h"
#include "tests/support/shell_command.h"

namespace perfecthash {
namespace {

using ::testing::HasSubstr;

constexpr const char* kProbes[] = {
    "operation_submit", "operation_complete", "slice_begin",    "slice_end",
    "lane_added",       "memory_wait_begin",  "memory_wait_end"};

std::string ThisProgram() {
  return std::filesystem::read_symlink("/proc/self/exe").string();
}

// Why the test cannot be made; empty when it can.
std::string Obstacle(const std::string& tool) {
  if (TracepointKind() != "usdt") return "built without <sys/sdt.h>";
  return HasProgram(tool) ? "" : tool + " is not installed";
}

TEST(TracepointTest, TheProgramListsItsProbes) {
  const std::string obstacle = Obstacle("readelf");
  if (!obstacle.empty()) GTEST_SKIP() << obstacle;
  const std::string notes = RunCommand("readelf -n " + ThisProgram()).output;
  EXPECT_THAT(notes, HasSubstr("Provider: perfecthash"));
  for (const char* probe : kProbes) {
    EXPECT_THAT(notes, HasSubstr(absl::StrCat("Name: ", probe, "\n")));
  }
}

TEST(TracepointTest, ADebuggerFindsThem) {
  const std::string obstacle = Obstacle("gdb");
  if (!obstacle.empty()) GTEST_SKIP() << obstacle;
  const std::string found =
      RunCommand("gdb -nx -batch -ex 'info probes stap perfecthash' " +
                 ThisProgram())
          .output;
  for (const char* probe : kProbes) EXPECT_THAT(found, HasSubstr(probe));
}

TEST(TracepointTest, ADebuggerStopsAtOneAndReadsItsArguments) {
  const std::string obstacle = Obstacle("gdb");
  if (!obstacle.empty()) GTEST_SKIP() << obstacle;
  const std::string seen =
      RunCommand(absl::StrCat(
                     "gdb -nx -batch -ex 'set debuginfod enabled off'"
                     " -ex 'break -probe-stap perfecthash:lane_added' -ex run"
                     " -ex 'printf \"%s has %d lanes\\n\", (char*)$_probe_arg0,"
                     " (int)$_probe_arg1' -ex kill --args ",
                     ThisProgram(),
                     " --gtest_filter=TracepointTest.WithoutATracer*"))
          .output;
  if (seen.find("ptrace") != std::string::npos ||
      seen.find("Could not trace") != std::string::npos) {
    GTEST_SKIP() << "the system does not let gdb run a program: " << seen;
  }
  EXPECT_THAT(seen, HasSubstr("table has 2 lanes"));
}

}  // namespace
}  // namespace perfecthash
