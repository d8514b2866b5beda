#pragma once

#include <string>

#include "absl/status/status.h"
#include "cli/flag_group.h"
#include "cli/report.pb.h"
#include "cli/report_file.h"
#include "cli/session.h"
#include "perfecthash/v1/job.pb.h"

namespace perfecthash {

// Lists the job's tables and writes a report of them into the file, page by
// page, then commits it. JSON is that of cli.TablesReport.
absl::Status WriteTablesReport(Session& session, const v1::Job& job,
                               ReportFile& file);

// --report FILE.
void AddReportFlag(FlagGroup& flags, std::string& path);

// The whole as CSV.
std::string RenderTablesReport(const cli::TablesReport& report);

}  // namespace perfecthash
