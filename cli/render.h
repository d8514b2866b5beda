#pragma once

#include <string>

#include "cli/report.pb.h"
#include "cli/terminal.h"
#include "perfecthash/v1/job.pb.h"
#include "perfecthash/v1/server.pb.h"

namespace perfecthash {

// Messages as text for people: `-o table`. Each ends with a line end.

std::string RenderJob(const v1::Job& job, Color color);
std::string RenderJobs(const v1::ListJobsResponse& jobs, Color color);
std::string RenderItems(const v1::ListJobItemsResponse& items, Color color);
// The summary of `bulk` and `create`, failures below it.
std::string RenderReport(const cli::JobReport& report, Color color);

std::string RenderServer(const v1::ServerInfo& server);
std::string RenderNodes(const v1::ListNodesResponse& nodes);
std::string RenderStats(const v1::EngineStats& stats);
std::string RenderWork(const v1::ListWorkResponse& work);

std::string RenderKeyFile(const cli::KeyFileReport& report);

}  // namespace perfecthash
