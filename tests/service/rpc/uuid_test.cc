#include "service/rpc/uuid.h"

#include <gtest/gtest.h>

#include <set>

namespace perfecthash {
namespace {

TEST(UuidTest, LaterOnesAreGreater) {
  std::string last;
  for (int i = 0; i < 10'000; ++i) {
    const std::string next = NewUuid();
    ASSERT_TRUE(IsUuid(next)) << next;
    ASSERT_EQ(next[14], '7');
    ASSERT_LT(last, next);
    last = next;
  }
}

TEST(UuidTest, RefusesWhatIsNone) {
  EXPECT_FALSE(IsUuid(""));
  EXPECT_FALSE(IsUuid("0190b7c8-0000-7000-8000-00000000000"));
  EXPECT_FALSE(IsUuid("0190b7c8-0000-7000-8000-00000000000g"));
  EXPECT_FALSE(IsUuid("../../../../../../../../../../../etc"));
  EXPECT_TRUE(IsUuid("0190B7C8-0000-4000-8000-00000000000A"));
}

}  // namespace
}  // namespace perfecthash
