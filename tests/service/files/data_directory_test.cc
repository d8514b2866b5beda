#include "service/files/data_directory.h"

#include <gtest/gtest.h>

#include "engine/base/error_reason.h"
#include "tests/support/temporary_directory.h"

namespace perfecthash {
namespace {

TEST(DataDirectoryTest, IsLockedWhileOpen) {
  const TemporaryDirectory folder;
  {
    const auto first = DataDirectory::Open(folder / "data");
    ASSERT_TRUE(first.ok()) << first.status();
    EXPECT_EQ(first->key_sets_path(), folder / "data/key_sets");
    EXPECT_EQ(ReasonOf(DataDirectory::Open(folder / "data").status()),
              "DATA_DIR_IN_USE");
  }
  EXPECT_TRUE(DataDirectory::Open(folder / "data").ok());
}

TEST(DataDirectoryTest, NeedsADirectory) {
  const TemporaryDirectory folder;
  EXPECT_FALSE(DataDirectory::Open(folder.Write("file", "") + "/data").ok());
}

}  // namespace
}  // namespace perfecthash
