#include "engine/job/stop_reason.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/base/error_reason.h"
#include "engine/job/job_queue.h"
#include "tests/engine/job/queue_jobs.h"

namespace perfecthash {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

TEST(StopReasonTest, EachIsCancelledAndHasItsOwnReason) {
  for (const absl::Status& status :
       {CancelledOnRequest(), CancelledByStop(), CancelledByFailure()}) {
    EXPECT_TRUE(absl::IsCancelled(status));
    EXPECT_NE(ReasonOf(status), "");
  }
  EXPECT_NE(ReasonOf(CancelledByStop()), ReasonOf(CancelledOnRequest()));
}

TEST(StopReasonTest, ATimeoutIsNamedWithItsValue) {
  JobQueue queue(10);
  const auto job = MakeJob({.items = 1,
                            .queue_timeout = milliseconds(10),
                            .execution_timeout = milliseconds(20)});
  queue.Push(*job, milliseconds(0));
  ASSERT_EQ(queue.TakeExpired(milliseconds(10)), job.get());
  const absl::Status status = CancelledByTimeout(*job);
  EXPECT_EQ(ReasonOf(status), "QUEUE_TIMEOUT");
  EXPECT_THAT(std::string(status.message()), HasSubstr("10ms"));
  queue.Drop(*job);
}

TEST(StopReasonTest, AStoppedJobsReasonIsToldInPlaceOfACancellation) {
  const absl::Status told = ErrorToTell(
      WithReason(absl::CancelledError("while solving"), "CANCELLED"),
      CancelledByFailure());
  EXPECT_EQ(told, CancelledByFailure());
}

TEST(StopReasonTest, AFailureStaysWhatItIs) {
  const absl::Status full =
      WithReason(absl::ResourceExhaustedError("disk full"), "WRITE_FAILED");
  EXPECT_EQ(ErrorToTell(full, absl::OkStatus()), full);
  EXPECT_EQ(ErrorToTell(full, CancelledOnRequest()), full);
  EXPECT_EQ(ReasonOf(ErrorToTell(absl::DataLossError("x"), absl::OkStatus())),
            "INTERNAL");
}

TEST(StopReasonTest, ACancellationThatNobodyAskedForIsAFailure) {
  const absl::Status told =
      ErrorToTell(absl::CancelledError("by the system"), absl::OkStatus());
  EXPECT_EQ(told.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(told), "INTERRUPTED");
  EXPECT_EQ(ReasonOf(ErrorToTell(
                WithReason(absl::CancelledError("x"), "KEYS_UNREADABLE"),
                absl::OkStatus())),
            "KEYS_UNREADABLE");
}

}  // namespace
}  // namespace perfecthash
