#include "cli/command/command.h"
#include "cli/flag_group.h"
#include "cli/follow.h"
#include "cli/paging.h"
#include "cli/render_job.h"

namespace perfecthash {
namespace {

struct Options {
  std::string job;
  v1::ListJobItemsRequest request;
  std::int64_t limit = 0;
};

absl::StatusOr<ExitCode> Run(const Options& options, Session& session) {
  RETURN_IF_ERROR(session.Connect());
  v1::ListJobItemsRequest request = options.request;
  request.set_parent(JobName(options.job));
  ASSIGN_OR_RETURN(const v1::ListJobItemsResponse items,
                   ListItems(session, request, options.limit));
  session.output().PrintList(
      items, items.job_items(),
      [](const v1::JobItem& item) { return item.name(); },
      [&] { return RenderItems(items, session.color()); });
  return ExitCode::kOk;
}

}  // namespace

void AddJobItemsCommand(CLI::App& app, Command& chosen) {
  CLI::App& command =
      AddCommand(app, {"items", "The tables of a job and their results", ""});
  auto options = std::make_shared<Options>();
  FlagGroup flags(command, "Options");
  flags.Argument("NAME", "The job's name", Presence::kRequired, options->job);
  flags.Text({"--filter", "For example state=STATE_FAILED", "all tables"},
             [options = options.get()](const std::string& filter) {
               options->request.set_filter(filter);
             });
  AddPageFlags(flags, options->request, options->limit);
  RunWhenNamed(command, chosen, std::move(options), Run);
}

}  // namespace perfecthash
