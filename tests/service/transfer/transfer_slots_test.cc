#include "service/transfer/transfer_slots.h"

#include <gtest/gtest.h>

#include "engine/base/error_reason.h"

namespace perfecthash {
namespace {

TEST(TransferSlotsTest, AreBounded) {
  TransferSlots slots(1);
  {
    const auto first = slots.Take();
    ASSERT_TRUE(first.ok());
    EXPECT_EQ(ReasonOf(slots.Take().status()), "TOO_MANY_TRANSFERS");
  }
  EXPECT_TRUE(slots.Take().ok());
}

}  // namespace
}  // namespace perfecthash
