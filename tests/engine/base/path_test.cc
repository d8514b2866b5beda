#include "engine/base/path.h"

#include "gtest/gtest.h"

namespace perfecthash {
namespace {

TEST(PathTest, ASlashSeparatesEverywhere) {
  EXPECT_EQ(std::string_view("a/b").find_last_of(PathSeparators()), 1u);
  EXPECT_EQ(std::string_view("ab").find_last_of(PathSeparators()),
            std::string_view::npos);
}

}  // namespace
}  // namespace perfecthash
