#include "cli/command/command.h"
#include "cli/render_server.h"
#include "cli/rpc.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

struct Options {};

absl::StatusOr<ExitCode> Run(const Options& options, Session& session) {
  RETURN_IF_ERROR(session.Connect());
  ASSIGN_OR_RETURN(const v1::ServerInfo info,
                   Call(session, session.connection().server(),
                        &v1::ServerService::StubInterface::GetServerInfo,
                        v1::GetServerInfoRequest()));
  session.output().Print(info, "", [&] { return RenderServer(info); });
  return ExitCode::kOk;
}

}  // namespace

void AddServerInfoCommand(CLI::App& app, Command& chosen) {
  CLI::App& command = AddCommand(
      app,
      {"info", "What the server is, its limits, hash functions and load", ""});
  RunWhenNamed(command, chosen, std::make_shared<Options>(), Run);
}

}  // namespace perfecthash
