#include <fmt/format.h>

#include <map>
#include <utility>

#include "cli/artifact_writer.h"
#include "cli/byte_size.h"
#include "cli/command/command.h"
#include "cli/download.h"
#include "cli/duration.h"
#include "cli/fields.h"
#include "cli/flag_group.h"
#include "cli/follow.h"
#include "cli/job_run.h"
#include "cli/made_directory.h"
#include "cli/paging.h"
#include "cli/rpc.h"
#include "cli/table_flags.h"

namespace perfecthash {
namespace {

struct Options {
  std::string job;
  std::string output;
};

absl::Status CheckHasFiles(const v1::Job& job) {
  if (!IsDone(job.state())) {
    return Failure(ExitCode::kFailed,
                   fmt::format("job {} is not done; `perfecthash job wait {}`",
                               job.name(), job.name()));
  }
  if (!job.output_path().empty()) {
    return Failure(ExitCode::kUsage,
                   "the files of this job are in a directory "
                   "of the server: " +
                       job.output_path());
  }
  if (!MakesArtifacts(job.table_options())) {
    return Failure(ExitCode::kUsage, "this job made no files (--file-io none)");
  }
  if (job.progress().items_succeeded() == 0) {
    return Failure(
        ExitCode::kFailed,
        fmt::format("job {} made no tables, it is {}{}", job.name(),
                    StateName(job.state()),
                    job.has_error() ? ": " + DescribeError(job.error()) : ""));
  }
  return absl::OkStatus();
}

// Where each table that succeeded goes: one table into `directory` itself, as
// `create` does, those of a bulk job into directories of their own.
absl::StatusOr<std::map<int, std::string>> Directories(
    Session& session, const v1::Job& job, const std::string& directory) {
  v1::ListJobItemsRequest request;
  request.set_parent(job.name());
  request.set_filter("state=STATE_SUCCEEDED");
  ASSIGN_OR_RETURN(const v1::ListJobItemsResponse items,
                   ListItems(session, request, 0));
  std::map<int, std::string> directories;
  for (const v1::JobItem& item : items.job_items()) {
    // Chosen by whoever made the job.
    RETURN_IF_ERROR(CheckRelativePath(item.item_id()));
    directories[item.index()] = job.kind() == v1::Job::KIND_TABLE
                                    ? directory
                                    : directory + "/" + item.item_id();
  }
  return directories;
}

absl::StatusOr<ExitCode> Run(const Options& options, Session& session) {
  RETURN_IF_ERROR(session.Connect());
  v1::GetJobRequest request;
  request.set_name(JobName(options.job));
  ASSIGN_OR_RETURN(const v1::Job job,
                   Call(session, session.connection().jobs(),
                        &v1::JobService::StubInterface::GetJob, request));
  RETURN_IF_ERROR(CheckHasFiles(job));
  const std::string directory =
      options.output.empty()
          ? request.name().substr(request.name().find('/') + 1) + "_tables"
          : options.output;
  ASSIGN_OR_RETURN(const auto made, MadeDirectory::Make(directory));
  ASSIGN_OR_RETURN(const auto directories,
                   Directories(session, job, directory));
  session.progress().Begin("download", "tables");
  cli::DownloadReport report;
  const absl::Status status = DownloadTables(
      session,
      {.job = job.name(),
       .table_count = static_cast<std::int64_t>(directories.size()),
       .place = {.directory = directory,
                 .directory_of =
                     [&directories](int index) -> absl::StatusOr<std::string> {
                   const auto found = directories.find(index);
                   if (found != directories.end()) return found->second;
                   return absl::DataLossError(
                       fmt::format("the server sent files of table {}", index));
                 }}},
      report);
  *report.mutable_download_duration() = ToProto(session.progress().End());
  RETURN_IF_ERROR(status);
  session.output().Print(report, job.name(), [&report] {
    return fmt::format("{} tables, {} files, {} in {}\n",
                       FormatCount(report.tables()),
                       FormatCount(report.files()),
                       FormatByteSize(report.bytes()), report.directory());
  });
  return ExitCode::kOk;
}

}  // namespace

void AddJobDownloadCommand(CLI::App& app, Command& chosen) {
  CLI::App& command = AddCommand(
      app, {"download", "Fetch the generated files of a job that is done", ""});
  auto options = std::make_shared<Options>();
  FlagGroup flags(command, "Options");
  flags.Argument("NAME", "The job's name", Presence::kRequired, options->job);
  flags.Text({"-O,--output-directory", "Where the files go",
              "the job's id with \"_tables\" appended, here"},
             [options = options.get()](const std::string& path) {
               options->output = path;
             });
  RunWhenNamed(command, chosen, std::move(options), Run);
}

}  // namespace perfecthash
