#include "cli/command/command.h"
#include "cli/render_server.h"
#include "cli/rpc.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

struct Options {};

absl::StatusOr<ExitCode> Run(const Options& options, Session& session) {
  RETURN_IF_ERROR(session.Connect());
  ASSIGN_OR_RETURN(const v1::ListNodesResponse nodes,
                   Call(session, session.connection().server(),
                        &v1::ServerService::StubInterface::ListNodes,
                        v1::ListNodesRequest()));
  session.output().PrintList(
      nodes, nodes.nodes(),
      [](const v1::Node& node) { return std::to_string(node.node_id()); },
      [&] { return RenderNodes(nodes); });
  return ExitCode::kOk;
}

}  // namespace

void AddServerNodesCommand(CLI::App& app, Command& chosen) {
  CLI::App& command =
      AddCommand(app, {"nodes", "The server's NUMA nodes and threads", ""});
  RunWhenNamed(command, chosen, std::make_shared<Options>(), Run);
}

}  // namespace perfecthash
