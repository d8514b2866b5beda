#include "service/transfer/stall_timer.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>

#include "engine/base/error_reason.h"

namespace perfecthash {
namespace {

using std::chrono::milliseconds;

class StallTimerTest : public testing::Test {
 protected:
  std::shared_ptr<StallTimer> MakeTimer(std::chrono::nanoseconds limit) {
    return std::make_shared<StallTimer>(limit,
                                        [this] { stalled_.set_value(); });
  }

  std::promise<void> stalled_;
};

TEST_F(StallTimerTest, ATurnThatTakesTooLongStalls) {
  const auto timer = MakeTimer(milliseconds(1));
  timer->BeginTurn();
  stalled_.get_future().wait();
  EXPECT_FALSE(timer->EndTurn());
  timer->Stop();
}

TEST_F(StallTimerTest, ATurnThatEndsInTimeDoesNot) {
  const auto timer = MakeTimer(std::chrono::hours(1));
  for (int i = 0; i < 3; ++i) {
    timer->BeginTurn();
    EXPECT_TRUE(timer->EndTurn());
  }
  timer->Stop();
}

TEST_F(StallTimerTest, WithoutALimitItWaitsForEver) {
  const auto timer = MakeTimer(milliseconds(0));
  timer->BeginTurn();
  EXPECT_TRUE(timer->EndTurn());
  timer->Stop();
}

TEST(TransferStalledErrorTest, SaysWhatToDo) {
  const absl::Status status = TransferStalledError(std::chrono::minutes(1));
  EXPECT_EQ(ReasonOf(status), "TRANSFER_STALLED");
  EXPECT_NE(status.message().find("1m"), std::string::npos);
  EXPECT_NE(status.message().find("begin it again"), std::string::npos);
}

}  // namespace
}  // namespace perfecthash
