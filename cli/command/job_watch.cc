#include "cli/command/command.h"
#include "cli/flag_group.h"
#include "cli/follow.h"
#include "cli/follow_flags.h"
#include "cli/render_job.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

struct Options {
  std::string job;
  std::int64_t after_revision = 0;
  FollowOptions follow;
};

absl::StatusOr<ExitCode> Run(const Options& options, Session& session) {
  RETURN_IF_ERROR(session.Connect());
  FollowOptions follow = options.follow;
  const bool prints_each = session.output().format() == OutputFormat::kJsonl;
  if (prints_each) {
    follow.on_response = [&session](const v1::WatchJobResponse& response) {
      session.output().PrintLine(response);
    };
  }
  session.progress().Begin("build", "tables");
  const absl::StatusOr<v1::Job> job =
      Follow(session, JobName(options.job), options.after_revision, follow);
  session.progress().End();
  RETURN_IF_ERROR(job.status());
  if (!prints_each) {
    session.output().Print(*job, job->name(),
                           [&] { return RenderJob(*job, session.color()); });
  }
  return ExitCodeOf(job->state());
}

}  // namespace

void AddJobWatchCommand(CLI::App& app, Command& chosen) {
  CLI::App& command = AddCommand(
      app,
      {"watch", "Follow a job to its end; -o jsonl prints every event", ""});
  auto options = std::make_shared<Options>();
  FlagGroup flags(command, "Watching");
  flags.Argument("NAME", "The job's name", Presence::kRequired, options->job);
  flags.Integer(
      {"--after-revision", "Tell what happened since this revision of the job",
       "0, from the beginning"},
      {.most = INT64_MAX}, [options = options.get()](std::int64_t revision) {
        options->after_revision = revision;
      });
  AddFollowFlags(command, options->follow);
  RunWhenNamed(command, chosen, std::move(options), Run);
}

}  // namespace perfecthash
