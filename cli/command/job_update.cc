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
  v1::UpdateJobRequest request;
};

absl::StatusOr<ExitCode> Run(const Options& options, Session& session) {
  if (options.request.update_mask().paths().empty()) {
    return Failure(ExitCode::kUsage,
                   "nothing to change; `perfecthash job update --help` lists "
                   "what can be");
  }
  RETURN_IF_ERROR(session.Connect());
  v1::UpdateJobRequest request = options.request;
  request.mutable_job()->set_name(JobName(options.job));
  ASSIGN_OR_RETURN(const v1::Job job,
                   Call(session, session.connection().jobs(),
                        &v1::JobService::StubInterface::UpdateJob, request));
  session.output().Print(job, job.name(),
                         [&] { return RenderJob(job, session.color()); });
  return ExitCode::kOk;
}

void AddChangeFlags(FlagGroup& flags, v1::UpdateJobRequest& request) {
  // Names the field, and returns the message that it is in.
  const auto limits = [&request](const std::string& field) {
    request.mutable_update_mask()->add_paths("concurrency_limits." + field);
    return request.mutable_job()->mutable_concurrency_limits();
  };
  const auto policy = [&request](const std::string& field) {
    request.mutable_update_mask()->add_paths("scheduling_policy." + field);
    return request.mutable_job()->mutable_scheduling_policy();
  };
  flags.Integer(
      {"--max-concurrency",
       "Tables that are worked on at once; 0 = the server's", "as it is"},
      {}, [=](std::int64_t n) {
        limits("max_concurrent_tables")
            ->set_max_concurrent_tables(static_cast<int>(n));
      });
  flags.Integer(
      {"--max-threads",
       "Worker threads that solve for this job at once; 0 = the server's",
       "as it is"},
      {}, [=](std::int64_t n) {
        limits("max_threads")->set_max_threads(static_cast<int>(n));
      });
  flags.ByteSize({"--max-memory",
                  "Memory of the tables that are worked on at once; a table "
                  "that waits for more alone fails; 0 = the server's",
                  "as it is"},
                 [=](std::int64_t bytes) {
                   limits("max_memory_bytes")->set_max_memory_bytes(bytes);
                 });
  flags.Integer({"--priority", "1 (first) to 5 (last)", "as it is"},
                {.least = 1, .most = 5}, [=](std::int64_t n) {
                  policy("priority")->set_priority(static_cast<int>(n));
                });
  flags.Real(
      {"--fairness-weight", "The key's share, 0.001 to 1000", "as it is"},
      [=](double weight) {
        policy("fairness_weight")
            ->set_fairness_weight(static_cast<float>(weight));
      });
}

}  // namespace

void AddJobUpdateCommand(CLI::App& app, Command& chosen) {
  CLI::App& command = AddCommand(
      app, {"update", "Change the limits or the priority of an unfinished job",
            "It takes effect at once: a raised cap starts tables; under a "
            "lowered one what\nruns goes on, and nothing starts until it "
            "fits."});
  auto options = std::make_shared<Options>();
  FlagGroup flags(command, "Options");
  flags.Argument("NAME", "The job's name", Presence::kRequired, options->job);
  AddChangeFlags(flags, options->request);
  RunWhenNamed(command, chosen, std::move(options), Run);
}

}  // namespace perfecthash
