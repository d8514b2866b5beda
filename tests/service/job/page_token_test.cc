#include "service/job/page_token.h"

#include <gtest/gtest.h>

#include "engine/base/error_reason.h"

namespace perfecthash {
namespace {

TEST(PageTokenTest, BelongsToItsList) {
  const std::string token = MakePageToken("items of a", "17");
  EXPECT_EQ(*ReadPageToken("items of a", token), "17");
  EXPECT_EQ(*ReadPageToken("items of a", ""), "");
  for (const std::string& wrong : {token + "x", std::string("!"), token}) {
    const auto position = ReadPageToken("items of b", wrong);
    ASSERT_FALSE(position.ok());
    EXPECT_EQ(ReasonOf(position.status()), "PAGE_TOKEN_INVALID");
  }
}

TEST(PageTokenTest, PageSizesAreClamped) {
  EXPECT_EQ(*ReadPageSize(0, 100, 1000), 100);
  EXPECT_EQ(*ReadPageSize(5000, 100, 1000), 1000);
  EXPECT_EQ(*ReadPageSize(7, 100, 1000), 7);
  EXPECT_FALSE(ReadPageSize(-1, 100, 1000).ok());
}

}  // namespace
}  // namespace perfecthash
