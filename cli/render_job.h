#pragma once

#include <string>

#include "cli/report.pb.h"
#include "cli/terminal.h"
#include "perfecthash/v1/job.pb.h"

namespace perfecthash {

// Text for people: `-o table`. Each ends with a line end.

std::string RenderJob(const v1::Job& job, Color color);
std::string RenderJobs(const v1::ListJobsResponse& jobs, Color color);
std::string RenderItems(const v1::ListJobItemsResponse& items, Color color);
// The summary of `bulk` and `create`, failures below it.
std::string RenderReport(const cli::JobReport& report, Color color);

}  // namespace perfecthash
