#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/job/job_activity.h"

namespace perfecthash {

// A table that has made no progress for a while, and what its node's port had
// to do at that moment: with operations in flight the system has not answered;
// with ready ones alone the node's workers are held up elsewhere.
struct StalledTable {
  WorkItem table;
  std::uint64_t operations_in_flight = 0;
  std::uint64_t operations_queued = 0;
  std::uint64_t completions_ready = 0;
};

// One line for a log. `job` is how people know the job.
std::string DescribeStall(const StalledTable& stalled, std::string_view job);

}  // namespace perfecthash
