// Programs that crash on purpose, each in a process of its own.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "engine/base/check.h"
#include "engine/base/crash_handler.h"
#include "tests/support/temporary_directory.h"

namespace perfecthash {
namespace {

int* volatile nowhere = nullptr;

// The first bytes of the one minidump in a directory.
std::string ReadSignature(const std::string& directory) {
  std::string signature;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    char bytes[4] = {};
    std::ifstream(entry.path(), std::ios::binary).read(bytes, sizeof(bytes));
    signature.append(bytes, sizeof(bytes));
  }
  return signature;
}

// A death test of Windows starts the program anew, up to the statement: the
// directory has to be the same then.
std::string CrashDirectory(const std::string& name) {
  return (std::filesystem::temp_directory_path() / ("perfecthash-" + name))
      .string();
}

void Install(const std::string& directory) {
  CHECK(InstallCrashHandler({.directory = directory, .program = "test"}).ok());
}

TEST(CrashHandlerDeathTest, AWildWriteLeavesAMinidump) {
  const std::string directory = CrashDirectory("write");
  EXPECT_DEATH(
      {
        std::filesystem::remove_all(directory);
        Install(directory);
        *nowhere = 1;
      },
      "");
  EXPECT_EQ(ReadSignature(directory), "MDMP");
  std::filesystem::remove_all(directory);
}

TEST(CrashHandlerDeathTest, AFailedCheckLeavesAMinidump) {
  const std::string directory = CrashDirectory("check");
  EXPECT_DEATH(
      {
        std::filesystem::remove_all(directory);
        Install(directory);
        CHECK(nowhere != nullptr);
      },
      "CHECK failed");
  EXPECT_EQ(ReadSignature(directory), "MDMP");
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace perfecthash
