#include "engine/job/job_admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/base/error_reason.h"
#include "tests/engine/job/queue_jobs.h"

namespace perfecthash {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(JobAdmissionTest, WhatNeverFitsAndWhatDoesNotFitNowAreToldApart) {
  JobQueue queue(10);
  EXPECT_EQ(CheckRoom(queue, 10), absl::OkStatus());
  const absl::Status never = CheckRoom(queue, 11);
  EXPECT_EQ(never.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(never), "TOO_MANY_ITEMS");

  const auto job = MakeJob({.items = 8});
  queue.Push(*job, QueueTime(0));
  EXPECT_EQ(CheckRoom(queue, 2), absl::OkStatus());
  const absl::Status full = CheckRoom(queue, 3);
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(full), "QUEUE_FULL");
  EXPECT_THAT(std::string(full.message()),
              AllOf(HasSubstr("8 of at most 10"), HasSubstr("3 more")));
  queue.Drop(*job);
}

}  // namespace
}  // namespace perfecthash
