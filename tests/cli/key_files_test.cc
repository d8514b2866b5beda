#include "cli/key_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/cli_process.h"

namespace perfecthash {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> Ids(const KeyFileList& list) {
  std::vector<std::string> ids;
  for (const KeyFile& file : list.files) ids.push_back(file.item_id);
  return ids;
}

TEST(KeyFilesTest, FilesAreSortedAndOthersLeftOut) {
  TemporaryDirectory directory;
  for (const char* name : {"b.keys", "a.keys", "a b.c.keys", "x.txt", ".keys",
                           ".hidden.keys", "sub/c.keys"}) {
    directory.Write(name, "1234");
  }
  EXPECT_THAT(Ids(*FindKeyFiles(directory.path(), Descend::kNo)),
              ElementsAre("a", "a b.c", "b"));
  EXPECT_THAT(Ids(*FindKeyFiles(directory.path() + "/", Descend::kYes)),
              ElementsAre("a", "a b.c", "b", "sub/c"));
}

TEST(KeyFilesTest, AMissingDirectoryIsNamed) {
  const auto list = FindKeyFiles("/no/such/place", Descend::kNo);
  EXPECT_THAT(std::string(list.status().message()),
              HasSubstr("/no/such/place"));
}

TEST(KeyFilesTest, BytesThatAreNoKeysAreRefused) {
  TemporaryDirectory directory;
  const KeyFileLimits limits = {.key_size_bytes = 4, .size_bytes_max = 16};
  EXPECT_TRUE(ReadKeyFile(directory.Write("a", "12345678"), limits).ok());
  EXPECT_THAT(std::string(ReadKeyFile(directory.Write("b", "123456"), limits)
                              .status()
                              .message()),
              HasSubstr("6 bytes are no multiple of the key size of 4"));
  EXPECT_FALSE(ReadKeyFile(directory.Write("c", ""), limits).ok());
  EXPECT_FALSE(
      ReadKeyFile(directory.Write("d", std::string(20, 'x')), limits).ok());
  EXPECT_FALSE(ReadKeyFile(directory.path() + "/none", limits).ok());
}

TEST(KeyFilesTest, AStemIsTheNameWithoutDirectoryAndExtension) {
  EXPECT_EQ(StemOf("/x/kernel32-1.keys"), "kernel32-1");
  EXPECT_EQ(StemOf("plain"), "plain");
}

}  // namespace
}  // namespace perfecthash
