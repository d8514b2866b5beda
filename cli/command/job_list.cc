#include "cli/command/command.h"
#include "cli/flag_group.h"
#include "cli/paging.h"
#include "cli/render_job.h"

namespace perfecthash {
namespace {

struct Options {
  v1::ListJobsRequest request;
  std::int64_t limit = 0;
};

absl::StatusOr<ExitCode> Run(const Options& options, Session& session) {
  RETURN_IF_ERROR(session.Connect());
  ASSIGN_OR_RETURN(
      const v1::ListJobsResponse jobs,
      CallPages(session, session.connection().jobs(),
                &v1::JobService::StubInterface::ListJobs, options.request,
                {.limit = options.limit,
                 .size_of = [](const v1::ListJobsResponse& page) {
                   return page.jobs_size();
                 }}));
  session.output().PrintList(
      jobs, jobs.jobs(), [](const v1::Job& job) { return job.name(); },
      [&] { return RenderJobs(jobs, session.color()); });
  return ExitCode::kOk;
}

}  // namespace

void AddJobListCommand(CLI::App& app, Command& chosen) {
  CLI::App& command = AddCommand(app, {"list", "Jobs, the newest first", ""});
  auto options = std::make_shared<Options>();
  FlagGroup flags(command, "Options");
  flags.Text({"--filter",
              "Terms joined by \" AND \": state=STATE_RUNNING, kind=KIND_BULK, "
              "labels.KEY=VALUE",
              "all jobs"},
             [options = options.get()](const std::string& filter) {
               options->request.set_filter(filter);
             });
  AddPageFlags(flags, options->request, options->limit);
  RunWhenNamed(command, chosen, std::move(options), Run);
}

}  // namespace perfecthash
