#include "cli/file_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "cli/exit_code.h"
#include "tests/cli/cli_process.h"

namespace perfecthash {
namespace {

namespace fs = std::filesystem;

class FileTargetTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const {
    return directory_.path() + "/" + name;
  }

  TemporaryDirectory directory_;
};

TEST_F(FileTargetTest, AFileOrAFreePlaceIsItself) {
  directory_.Write("a", "old");
  EXPECT_EQ(*ResolveFileTarget(Path("a")), Path("a"));
  EXPECT_EQ(*ResolveFileTarget(Path("new")), Path("new"));
  EXPECT_EQ(*ResolveFileTarget("new"), "new");
}

TEST_F(FileTargetTest, ALinkIsFollowedToWhereItLeads) {
  fs::create_directory(Path("sub"));
  fs::create_symlink("sub/b", Path("a"));
  fs::create_symlink("c", Path("sub/b"));
  EXPECT_EQ(*ResolveFileTarget(Path("a")), Path("sub/c"));
  fs::create_symlink(Path("d"), Path("absolute"));
  EXPECT_EQ(*ResolveFileTarget(Path("absolute")), Path("d"));
}

TEST_F(FileTargetTest, WhatIsNoRegularFileIsRefused) {
  fs::create_directory(Path("sub"));
  fs::create_symlink("loop", Path("loop"));
  fs::create_symlink("/dev/null", Path("null"));
  for (const std::string& path :
       {Path("sub"), Path("loop"), Path("null"), std::string("/dev/null"),
        std::string("/dev/stdout"), std::string("/dev/fd/1")}) {
    const auto target = ResolveFileTarget(path);
    EXPECT_EQ(ExitCodeOf(target.status()), ExitCode::kUsage) << path;
    EXPECT_THAT(MessageOf(target.status()), testing::HasSubstr(path));
  }
}

}  // namespace
}  // namespace perfecthash
