#include "cli/made_directory.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/cli_process.h"

namespace perfecthash {
namespace {

namespace fs = std::filesystem;

class MadeDirectoryTest : public testing::Test {
 protected:
  std::unique_ptr<MadeDirectory> Make(const std::string& name) {
    auto made = MadeDirectory::Make(directory_.path() + "/" + name);
    EXPECT_TRUE(made.ok()) << made.status();
    return *std::move(made);
  }
  bool Exists(const std::string& name) const {
    return fs::exists(directory_.path() + "/" + name);
  }

  TemporaryDirectory directory_;
};

TEST_F(MadeDirectoryTest, WhatStaysEmptyIsRemovedAgain) {
  for (const char* name : {"out", "out/", "out/deep/er", "out/../out"}) {
    auto made = Make(name);
    EXPECT_TRUE(Exists("out")) << name;
    made = nullptr;
    EXPECT_FALSE(Exists("out")) << name;
  }
  EXPECT_TRUE(fs::exists(directory_.path()));
}

TEST_F(MadeDirectoryTest, TwoDotsAfterALinkAreOfItsTarget) {
  fs::create_directories(directory_.path() + "/far/target");
  fs::create_directory_symlink("far/target", directory_.path() + "/link");
  const auto made = Make("link/../out");
  EXPECT_TRUE(Exists("far/out"));
  EXPECT_FALSE(Exists("out"));
}

TEST_F(MadeDirectoryTest, WhatHoldsSomethingStays) {
  auto made = Make("out/a");
  directory_.Write("out/b", "text");
  made = nullptr;
  EXPECT_FALSE(Exists("out/a"));
  EXPECT_TRUE(Exists("out/b"));
}

TEST_F(MadeDirectoryTest, WhatWasThereBeforeStays) {
  fs::create_directory(directory_.path() + "/out");
  Make("out");
  EXPECT_TRUE(Exists("out"));
}

TEST_F(MadeDirectoryTest, AFileInTheWayIsAnError) {
  directory_.Write("out", "text");
  const auto made = MadeDirectory::Make(directory_.path() + "/out/a");
  EXPECT_FALSE(made.ok());
  EXPECT_NE(std::string(made.status().message()).find("make the directory"),
            std::string::npos);
}

}  // namespace
}  // namespace perfecthash
