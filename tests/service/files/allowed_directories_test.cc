#include "service/files/allowed_directories.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

#include "engine/base/error_reason.h"
#include "tests/support/temporary_directory.h"

namespace perfecthash {
namespace {

namespace fs = std::filesystem;

class AllowedDirectoriesTest : public testing::Test {
 protected:
  AllowedDirectoriesTest() {
    folder_.Write("root/keys/b.keys", "bbbb");
    folder_.Write("root/keys/a.keys", "aaaa");
    folder_.Write("root/keys/readme.txt", "no keys");
    folder_.Write("root/keys/below/c.keys", "cccc");
    folder_.Write("outside/secret.keys", "ssss");
    folder_.Write("root_too/x.keys", "xxxx");
    auto allowed = AllowedDirectories::Create({folder_ / "root"});
    EXPECT_TRUE(allowed.ok()) << allowed.status();
    allowed_.emplace(*std::move(allowed));
  }

  std::string ReasonFor(const std::string& path) {
    return ReasonOf(allowed_->ResolveExisting(path, "keys_path").status());
  }

  TemporaryDirectory folder_;
  std::optional<AllowedDirectories> allowed_;
};

TEST_F(AllowedDirectoriesTest, WhatLiesBelowARootIsAllowed) {
  EXPECT_EQ(
      *allowed_->ResolveExisting(folder_ / "root/keys/a.keys", "keys_path"),
      folder_ / "root/keys/a.keys");
  EXPECT_EQ(*allowed_->ResolveExisting(folder_ / "root", "keys_path"),
            folder_ / "root");
  EXPECT_EQ(*allowed_->ResolveExisting(folder_ / "root/keys/../keys/a.keys",
                                       "keys_path"),
            folder_ / "root/keys/a.keys");
  EXPECT_EQ(*allowed_->ResolveOutput(folder_ / "root/new/deep", "output_path"),
            folder_ / "root/new/deep");
}

TEST_F(AllowedDirectoriesTest, WhatLiesElsewhereIsNot) {
  for (const char* path : {"outside/secret.keys", "outside/none", "root_too",
                           "root/../outside/secret.keys", "."}) {
    EXPECT_EQ(ReasonFor(folder_ / path), "PATH_NOT_ALLOWED") << path;
  }
  EXPECT_EQ(ReasonFor("root/keys"), "INVALID_FIELD");
  EXPECT_EQ(ReasonFor(""), "INVALID_FIELD");
  EXPECT_EQ(
      ReasonOf(allowed_->ResolveOutput(folder_ / "root/../new", "output_path")
                   .status()),
      "PATH_NOT_ALLOWED");
}

TEST_F(AllowedDirectoriesTest, SymbolicLinksDoNotLeadOut) {
  fs::create_symlink(folder_ / "outside", folder_ / "root/link");
  EXPECT_EQ(ReasonFor(folder_ / "root/link/secret.keys"), "PATH_NOT_ALLOWED");
  EXPECT_EQ(
      ReasonOf(allowed_->ResolveOutput(folder_ / "root/link/new", "output_path")
                   .status()),
      "PATH_NOT_ALLOWED");
  fs::create_symlink(folder_ / "outside/not_yet", folder_ / "root/not_yet");
  EXPECT_EQ(ReasonFor(folder_ / "root/not_yet"), "PATH_NOT_ALLOWED");
  EXPECT_EQ(ReasonFor(folder_ / "root/not_yet/deep"), "PATH_NOT_ALLOWED");
  fs::create_symlink(folder_ / "root/loop", folder_ / "root/loop");
  EXPECT_EQ(ReasonFor(folder_ / "root/loop"), "PATH_NOT_ALLOWED");
  fs::create_symlink(folder_ / "outside/secret.keys",
                     folder_ / "root/keys/link.keys");
  EXPECT_EQ(
      ReasonOf(
          allowed_->ListKeyFiles(folder_ / "root/keys", false, 100).status()),
      "PATH_NOT_ALLOWED");
}

TEST_F(AllowedDirectoriesTest, ALinkToNothingIsAKeyFileThatWillFail) {
  fs::create_symlink(folder_ / "root/nowhere", folder_ / "root/keys/z.keys");
  const auto files = allowed_->ListKeyFiles(folder_ / "root/keys", false, 100);
  ASSERT_TRUE(files.ok()) << files.status();
  ASSERT_EQ(files->size(), 3u);
  EXPECT_EQ((*files)[2].path, folder_ / "root/nowhere");
}

TEST_F(AllowedDirectoriesTest, EveryErrorNamesTheFieldOfTheRequest) {
  for (const std::string& path :
       {std::string("root/keys"), folder_ / "outside", folder_ / "root/none"}) {
    const auto resolved = allowed_->ResolveExisting(path, "keys_path");
    EXPECT_EQ(MetadataOf(resolved.status())["field"], "keys_path") << path;
  }
}

TEST_F(AllowedDirectoriesTest, MissingIsToldOnlyWhereItIsAllowed) {
  EXPECT_EQ(ReasonFor(folder_ / "root/none"), "PATH_NOT_FOUND");
  EXPECT_EQ(ReasonFor(folder_ / "none"), "PATH_NOT_ALLOWED");
}

TEST_F(AllowedDirectoriesTest, WithoutRootsNothingIsAllowed) {
  const auto none = AllowedDirectories::Create({});
  const absl::Status status =
      none->ResolveExisting(folder_ / "root", "keys_path").status();
  EXPECT_EQ(ReasonOf(status), "PATH_NOT_ALLOWED");
  EXPECT_NE(status.message().find("--allow-directory"), std::string::npos);
  EXPECT_FALSE(AllowedDirectories::Create({folder_ / "none"}).ok());
  EXPECT_FALSE(AllowedDirectories::Create({folder_ / "root/keys/a.keys"}).ok());
}

TEST_F(AllowedDirectoriesTest, ListsKeyFilesSorted) {
  const auto files = allowed_->ListKeyFiles(folder_ / "root/keys", false, 100);
  ASSERT_TRUE(files.ok()) << files.status();
  ASSERT_EQ(files->size(), 2u);
  EXPECT_EQ((*files)[0].item_id, "a");
  EXPECT_EQ((*files)[1].item_id, "b");
  EXPECT_EQ((*files)[1].path, folder_ / "root/keys/b.keys");
}

TEST_F(AllowedDirectoriesTest, ListsBelowWhenAsked) {
  const auto files = allowed_->ListKeyFiles(folder_ / "root/keys", true, 100);
  ASSERT_TRUE(files.ok());
  ASSERT_EQ(files->size(), 3u);
  EXPECT_EQ((*files)[2].item_id, "below/c");
}

TEST_F(AllowedDirectoriesTest, ListingFailuresAreClear) {
  const auto reason = [&](const std::string& path, std::size_t most) {
    return ReasonOf(allowed_->ListKeyFiles(path, false, most).status());
  };
  EXPECT_EQ(reason(folder_ / "root", 100), "NO_KEYS_FOUND");
  EXPECT_EQ(reason(folder_ / "root/keys", 1), "TOO_MANY_ITEMS");
  EXPECT_EQ(reason(folder_ / "root/keys/a.keys", 100), "NOT_A_DIRECTORY");
}

}  // namespace
}  // namespace perfecthash
