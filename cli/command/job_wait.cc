#include "cli/command/command.h"
#include "cli/duration.h"
#include "cli/flag_group.h"
#include "cli/follow.h"
#include "cli/render_job.h"
#include "cli/rpc.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

struct Options {
  std::string job;
  std::int64_t after_revision = 0;
};

bool IsOver(const v1::Job& job, std::int64_t after_revision) {
  return IsDone(job.state()) ||
         (after_revision > 0 && job.revision() > after_revision);
}

absl::StatusOr<ExitCode> Run(const Options& options, Session& session) {
  RETURN_IF_ERROR(session.Connect());
  // Each call is bounded, so that a proxy's idle timeout does not cut it.
  constexpr std::chrono::seconds kWaitPerCall(30);
  v1::WaitJobRequest request;
  request.set_name(JobName(options.job));
  request.set_after_revision(options.after_revision);
  *request.mutable_timeout() = ToProto(kWaitPerCall);
  v1::Job job;
  do {
    ASSIGN_OR_RETURN(job, Call(session, session.connection().jobs(),
                               &v1::JobService::StubInterface::WaitJob, request,
                               kWaitPerCall + kCallTimeout));
  } while (!IsOver(job, options.after_revision));
  session.output().Print(job, job.name(),
                         [&] { return RenderJob(job, session.color()); });
  return ExitCodeOf(job.state());
}

}  // namespace

void AddJobWaitCommand(CLI::App& app, Command& chosen) {
  CLI::App& command = AddCommand(
      app, {"wait", "Wait silently for a job's end (at most --timeout)", ""});
  auto options = std::make_shared<Options>();
  FlagGroup flags(command, "Options");
  flags.Argument("NAME", "The job's name", Presence::kRequired, options->job);
  flags.Integer(
      {"--after-revision", "Return at any change past this revision of the job",
       "0, wait for the end"},
      {.most = INT64_MAX}, [options = options.get()](std::int64_t revision) {
        options->after_revision = revision;
      });
  RunWhenNamed(command, chosen, std::move(options), Run);
}

}  // namespace perfecthash
