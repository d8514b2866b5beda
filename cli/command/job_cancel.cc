#include "cli/command/command.h"
#include "cli/flag_group.h"
#include "cli/follow.h"
#include "cli/render_job.h"
#include "cli/rpc.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

struct Options {
  std::string job;
  std::string reason;
};

absl::StatusOr<ExitCode> Run(const Options& options, Session& session) {
  RETURN_IF_ERROR(session.Connect());
  v1::CancelJobRequest request;
  request.set_name(JobName(options.job));
  request.set_reason(options.reason);
  ASSIGN_OR_RETURN(const v1::Job job,
                   Call(session, session.connection().jobs(),
                        &v1::JobService::StubInterface::CancelJob, request));
  session.output().Print(job, job.name(),
                         [&] { return RenderJob(job, session.color()); });
  return ExitCode::kOk;
}

}  // namespace

void AddJobCancelCommand(CLI::App& app, Command& chosen) {
  CLI::App& command = AddCommand(
      app,
      {"cancel", "Cancel a job; does not wait for its running tables", ""});
  auto options = std::make_shared<Options>();
  FlagGroup flags(command, "Options");
  flags.Argument("NAME", "The job's name", Presence::kRequired, options->job);
  flags.Text({"--reason", "Shown as the job's error", "none"},
             [options = options.get()](const std::string& reason) {
               options->reason = reason;
             });
  RunWhenNamed(command, chosen, std::move(options), Run);
}

}  // namespace perfecthash
