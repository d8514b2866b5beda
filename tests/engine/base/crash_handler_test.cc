#include "engine/base/crash_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/temporary_directory.h"

namespace perfecthash {
namespace {

TEST(CrashHandlerTest, ADirectoryThatIsNoneIsRefusedByName) {
  const TemporaryDirectory directory;
  const std::string file = directory / "file";
  std::ofstream(file) << "text";
  const absl::Status status =
      InstallCrashHandler({.directory = file, .program = "test"});
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(status.ToString(), testing::HasSubstr(file));
  EXPECT_FALSE(InstallCrashHandler({.directory = directory / "no/such/place",
                                    .program = "test"})
                   .ok());
}

TEST(CrashHandlerTest, AStackForCrashesCostsNothingWithoutAHandler) {
  const ScopedCrashStack stack;
}

}  // namespace
}  // namespace perfecthash
