#include <windows.h>

#include <cerrno>
#include <string>

#include "engine/base/file_bytes.h"
#include "engine/base/windows_file.h"
#include "gtest/gtest.h"
#include "tests/support/temporary_directory.h"

namespace perfecthash {
namespace {

TEST(WindowsFileTest, PathsBecomeAbsoluteWithBackslashes) {
  std::wstring wide;
  ASSERT_EQ(ToWindowsPath("C:/keys/../tables/a.c", wide), 0);
  EXPECT_EQ(wide, L"C:\\tables\\a.c");
  ASSERT_EQ(ToWindowsPath("C:/\xc3\xa4\xe2\x82\xac\xf0\x9f\x94\x91", wide), 0);
  EXPECT_EQ(wide, L"C:\\\u00e4\u20ac\U0001f511");
}

TEST(WindowsFileTest, LongPathsAreMadePossible) {
  const std::string name(200, 'n');
  std::wstring wide;
  ASSERT_EQ(ToWindowsPath("C:/" + name + "/" + name, wide), 0);
  EXPECT_EQ(wide.substr(0, 7), L"\\\\?\\C:\\");
  ASSERT_EQ(ToWindowsPath("//server/share/" + name + "/" + name, wide), 0);
  EXPECT_EQ(wide.substr(0, 14), L"\\\\?\\UNC\\server");
}

TEST(WindowsFileTest, WhatIsNoPathIsAnError) {
  std::wstring wide;
  EXPECT_EQ(ToWindowsPath("", wide), ENOENT);
  EXPECT_EQ(ToWindowsPath("C:/\xff", wide), EILSEQ);
}

TEST(WindowsFileTest, FilesOfLongAndForeignNamesAreWrittenAndRead) {
  const TemporaryDirectory directory;
  std::string path = directory.path();
  for (int i = 0; i < 3; ++i) {
    path += "/\xc3\xa4\xf0\x9f\x94\x91" + std::string(100, 'd');
    ASSERT_EQ(MakeWindowsDirectory(path), 0);
    EXPECT_EQ(MakeWindowsDirectory(path), EEXIST);
  }
  path += "/\xe2\x82\xac";
  ASSERT_TRUE(WriteFileBytes(path, std::vector<std::uint8_t>{1, 2}).ok());
  ASSERT_EQ(MoveWindowsFile(path, path + "2"), 0);
  EXPECT_EQ(ReadFileBytes(path + "2", 2)->size(), 2u);
  EXPECT_EQ(RemoveWindowsFile(path + "2"), 0);
  EXPECT_EQ(RemoveWindowsFile(path + "2"), ENOENT);
}

TEST(WindowsFileTest, ErrorsAreTranslated) {
  EXPECT_EQ(FromWindowsError(ERROR_SUCCESS), 0);
  EXPECT_EQ(FromWindowsError(ERROR_PATH_NOT_FOUND), ENOENT);
  EXPECT_EQ(FromWindowsError(ERROR_DISK_FULL), ENOSPC);
  EXPECT_EQ(FromWindowsError(ERROR_OPERATION_ABORTED), ECANCELED);
  EXPECT_EQ(FromWindowsError(ERROR_CRC), EIO);
  UniqueHandle file;
  EXPECT_EQ(
      OpenWindowsFile("C:/nowhere/at all", WindowsFileUse::kBlocking, file),
      ENOENT);
  EXPECT_FALSE(file.valid());
}

}  // namespace
}  // namespace perfecthash
