#include "cli/command/command.h"
#include "cli/render_server.h"
#include "cli/rpc.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

struct Options {};

absl::StatusOr<ExitCode> Run(const Options& options, Session& session) {
  RETURN_IF_ERROR(session.Connect());
  ASSIGN_OR_RETURN(const v1::EngineStats stats,
                   Call(session, session.connection().server(),
                        &v1::ServerService::StubInterface::GetEngineStats,
                        v1::GetEngineStatsRequest()));
  session.output().Print(stats, "", [&] { return RenderStats(stats); });
  return ExitCode::kOk;
}

}  // namespace

void AddServerStatsCommand(CLI::App& app, Command& chosen) {
  CLI::App& command = AddCommand(
      app,
      {"stats", "Counters of the engine: work, memory, ports, buffers", ""});
  RunWhenNamed(command, chosen, std::make_shared<Options>(), Run);
}

}  // namespace perfecthash
