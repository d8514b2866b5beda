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
};

absl::StatusOr<ExitCode> Run(const Options& options, Session& session) {
  RETURN_IF_ERROR(session.Connect());
  v1::GetJobRequest request;
  request.set_name(JobName(options.job));
  ASSIGN_OR_RETURN(const v1::Job job,
                   Call(session, session.connection().jobs(),
                        &v1::JobService::StubInterface::GetJob, request));
  session.output().Print(job, job.name(),
                         [&] { return RenderJob(job, session.color()); });
  return ExitCode::kOk;
}

}  // namespace

void AddJobGetCommand(CLI::App& app, Command& chosen) {
  CLI::App& command = AddCommand(app, {"get", "One job as it is now", ""});
  auto options = std::make_shared<Options>();
  FlagGroup flags(command, "Options");
  flags.Argument("NAME", "The job's name", Presence::kRequired, options->job);
  RunWhenNamed(command, chosen, std::move(options), Run);
}

}  // namespace perfecthash
