#include "engine/io/temporary_path.h"

#include <gtest/gtest.h>

namespace perfecthash {
namespace {

TEST(TemporaryPathTest, StaysInTheDirectoryOfThePath) {
  EXPECT_EQ(TemporaryPath("/tables/a.c", 0x2f),
            "/tables/.perfecthash-000000000000002f.tmp");
  EXPECT_EQ(TemporaryPath("a.c", ~std::uint64_t{0}),
            ".perfecthash-ffffffffffffffff.tmp");
  EXPECT_EQ(TemporaryPath("/a.c", 1), "/.perfecthash-0000000000000001.tmp");
}

TEST(TemporaryPathTest, IsRecognised) {
  EXPECT_TRUE(IsTemporaryPath(TemporaryPath("/tables/a.c", 47)));
  EXPECT_TRUE(IsTemporaryPath(TemporaryPath("a.c", 47)));
}

TEST(TemporaryPathTest, OtherNamesAreNotTaken) {
  EXPECT_FALSE(IsTemporaryPath(""));
  EXPECT_FALSE(IsTemporaryPath("/tables/a.c"));
  EXPECT_FALSE(IsTemporaryPath(".perfecthash-.tmp"));
  EXPECT_FALSE(IsTemporaryPath(".perfecthash-00000000000000zz.tmp"));
  EXPECT_FALSE(IsTemporaryPath(".perfecthash-0000000000000001.tmp/a.c"));
}

}  // namespace
}  // namespace perfecthash
