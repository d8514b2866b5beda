#include "engine/job/job_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <memory>
#include <string>

#include "engine/base/error_reason.h"

namespace perfecthash {
namespace {

using ::testing::HasSubstr;

JobSpec GoodSpec() {
  JobSpec spec;
  const auto options = std::make_shared<const TableOptions>();
  for (const char* name : {"a", "b"}) {
    spec.items.push_back({.name = name,
                          .keys = KeyFile{"/keys"},
                          .options = options,
                          .output_directory = ""});
  }
  return spec;
}

TEST(JobCheckTest, AGoodJobPasses) {
  EXPECT_EQ(CheckJobSpec(GoodSpec()), absl::OkStatus());
}

TEST(JobCheckTest, AChangeIsCheckedAsTheJobIs) {
  EXPECT_EQ(CheckJobChange({}), absl::OkStatus());
  EXPECT_EQ(CheckJobChange({.tables_max = 0,
                            .threads_max = 1'000'000,
                            .memory_bytes_max = 1,
                            .priority = 5,
                            .fairness_weight = 0.001}),
            absl::OkStatus());
  for (const JobChange& bad :
       {JobChange{.tables_max = -1}, JobChange{.threads_max = -1},
        JobChange{.priority = 0}, JobChange{.priority = 6},
        JobChange{.fairness_weight = 0},
        JobChange{.fairness_weight = std::nan("")}}) {
    EXPECT_EQ(ReasonOf(CheckJobChange(bad)), "INVALID_FIELD");
  }
}

struct BadSpec {
  const char* message;
  void (*spoil)(JobSpec& spec);
};

class BadSpecTest : public testing::TestWithParam<BadSpec> {};

TEST_P(BadSpecTest, IsRefusedByFieldAndValue) {
  JobSpec spec = GoodSpec();
  GetParam().spoil(spec);
  const absl::Status status = CheckJobSpec(spec);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(status), "INVALID_FIELD");
  EXPECT_THAT(std::string(status.message()), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    JobCheckTest, BadSpecTest,
    testing::Values(
        BadSpec{"items: a job needs",
                [](JobSpec& spec) { spec.items.clear(); }},
        BadSpec{"items[1].name: is empty",
                [](JobSpec& spec) { spec.items[1].name.clear(); }},
        BadSpec{"items[1].options.lanes.initial: 0 is not in 1",
                [](JobSpec& spec) {
                  TableOptions options;
                  options.lanes.initial = 0;
                  spec.items[1].options =
                      std::make_shared<const TableOptions>(options);
                }},
        BadSpec{"scheduling.priority: 7 is not in 1 .. 5",
                [](JobSpec& spec) { spec.scheduling.priority = 7; }},
        BadSpec{"scheduling.fairness_weight: nan",
                [](JobSpec& spec) {
                  spec.scheduling.fairness_weight = std::nan("");
                }},
        BadSpec{"scheduling.fairness_weight: 0 is not",
                [](JobSpec& spec) { spec.scheduling.fairness_weight = 0; }},
        BadSpec{"scheduling.fairness_key: 300 bytes",
                [](JobSpec& spec) {
                  spec.scheduling.fairness_key = std::string(300, 'x');
                }},
        BadSpec{"scheduling.queue_timeout (ns): -1",
                [](JobSpec& spec) {
                  spec.scheduling.queue_timeout = std::chrono::nanoseconds(-1);
                }},
        BadSpec{"scheduling.execution_timeout (ns): -1",
                [](JobSpec& spec) {
                  spec.scheduling.execution_timeout =
                      std::chrono::nanoseconds(-1);
                }},
        BadSpec{"limits.tables_max: -1 is negative",
                [](JobSpec& spec) { spec.limits.tables_max = -1; }},
        BadSpec{"limits.threads_max: -1 is negative",
                [](JobSpec& spec) { spec.limits.threads_max = -1; }}));

}  // namespace
}  // namespace perfecthash
