#include <fmt/format.h>

#include "cli/byte_size.h"
#include "cli/command/command.h"
#include "cli/flag_group.h"
#include "cli/follow.h"
#include "cli/paging.h"
#include "cli/tables_report.h"

namespace perfecthash {
namespace {

struct Options {
  std::string job;
  std::string file;
};

absl::StatusOr<ExitCode> WriteFile(const v1::Job& job, const std::string& path,
                                   Session& session) {
  ASSIGN_OR_RETURN(const auto file, ReportFile::Create(path));
  RETURN_IF_ERROR(WriteTablesReport(session, job, *file));
  session.console().Note(fmt::format("the report of {} tables is in {}",
                                     FormatCount(job.progress().items_total()),
                                     path));
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Run(const Options& options, Session& session) {
  if (!options.file.empty()) {
    RETURN_IF_ERROR(ReportFormatOf(options.file).status());
  }
  RETURN_IF_ERROR(session.Connect());
  v1::GetJobRequest request;
  request.set_name(JobName(options.job));
  ASSIGN_OR_RETURN(const v1::Job job,
                   Call(session, session.connection().jobs(),
                        &v1::JobService::StubInterface::GetJob, request));
  if (!options.file.empty()) return WriteFile(job, options.file, session);

  cli::TablesReport report;
  *report.mutable_job() = job;
  v1::ListJobItemsRequest items;
  items.set_parent(job.name());
  ASSIGN_OR_RETURN(v1::ListJobItemsResponse tables,
                   ListItems(session, items, 0));
  report.mutable_job_items()->Swap(tables.mutable_job_items());
  session.output().Print(report, job.name(),
                         [&] { return RenderTablesReport(report); });
  return ExitCode::kOk;
}

}  // namespace

void AddJobReportCommand(CLI::App& app, Command& chosen) {
  CLI::App& command = AddCommand(
      app,
      {"report", "All that is known of a job's tables, as CSV or JSON",
       "CSV comes on standard output, JSON with -o json, either of them into "
       "--report\nFILE. A row per table: how it was found, how long each stage "
       "took, where its\nentries lie in memory; cli/README.md explains the "
       "columns."});
  auto options = std::make_shared<Options>();
  FlagGroup flags(command, "Options");
  flags.Argument("NAME", "The job's name", Presence::kRequired, options->job);
  AddReportFlag(flags, options->file);
  RunWhenNamed(command, chosen, std::move(options), Run);
}

}  // namespace perfecthash
