#include "cli/command/command.h"
#include "cli/flag_group.h"
#include "cli/render_server.h"
#include "cli/rpc.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

struct Options {
  v1::ListWorkRequest request;
};

absl::StatusOr<ExitCode> Run(const Options& options, Session& session) {
  RETURN_IF_ERROR(session.Connect());
  ASSIGN_OR_RETURN(
      const v1::ListWorkResponse work,
      Call(session, session.connection().server(),
           &v1::ServerService::StubInterface::ListWork, options.request));
  session.output().PrintList(
      work, work.work(), [](const v1::Work& one) { return one.item(); },
      [&] { return RenderWork(work); });
  return ExitCode::kOk;
}

}  // namespace

void AddServerWorkCommand(CLI::App& app, Command& chosen) {
  CLI::App& command = AddCommand(
      app, {"work",
            "Tables that were started and not finished, the oldest first", ""});
  auto options = std::make_shared<Options>();
  FlagGroup flags(command, "Options");
  flags.Integer({"--page-size", "At most this many", "100"}, {.least = 1},
                [options = options.get()](std::int64_t n) {
                  options->request.set_page_size(static_cast<int>(n));
                });
  RunWhenNamed(command, chosen, std::move(options), Run);
}

}  // namespace perfecthash
