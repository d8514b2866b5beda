#include "engine/job/stalled_table.h"

#include <gtest/gtest.h>

namespace perfecthash {
namespace {

TEST(StalledTableTest, TheLineSaysWhatAPersonWouldAsk) {
  StalledTable stalled;
  stalled.table.name = "libc";
  stalled.table.index = 3;
  stalled.table.stage = "read";
  stalled.table.age = std::chrono::milliseconds(31'500);
  stalled.table.stage_age = std::chrono::milliseconds(30'400);
  stalled.table.progress_age = std::chrono::microseconds(30'000'123);
  stalled.table.node_id = 1;
  stalled.table.lanes = 2;
  stalled.table.attempts = 40;
  stalled.operations_in_flight = 5;
  stalled.operations_queued = 6;
  stalled.completions_ready = 7;
  EXPECT_EQ(DescribeStall(stalled, "jobs/a"),
            "table 'libc' (item 3 of jobs/a) has made no progress for 30s: "
            "stage read for 30.4s, age 31.5s, 2 lanes, 40 attempts; node 1 has "
            "5 operations in flight, 6 queued and 7 completions ready");
}

}  // namespace
}  // namespace perfecthash
