#include "cli/command/command.h"
#include "cli/flag_group.h"
#include "cli/number.h"
#include "cli/render_server.h"
#include "cli/rpc.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

struct Options {
  std::string node;
};

template <typename Request>
absl::StatusOr<ExitCode> Run(
    const Options& options, Session& session,
    grpc::Status (v1::ServerService::StubInterface::*method)(
        grpc::ClientContext*, const Request&, v1::Node*)) {
  const auto node_id = ParseInteger(options.node, 0, INT32_MAX);
  if (!node_id.ok()) {
    return Failure(ExitCode::kUsage, "NODE: " + MessageOf(node_id.status()));
  }
  RETURN_IF_ERROR(session.Connect());
  Request request;
  request.set_node_id(static_cast<int>(*node_id));
  ASSIGN_OR_RETURN(
      const v1::Node node,
      Call(session, session.connection().server(), method, request));
  session.output().Print(node, std::to_string(node.node_id()), [&] {
    v1::ListNodesResponse nodes;
    *nodes.add_nodes() = node;
    return RenderNodes(nodes);
  });
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> RunDrain(const Options& options, Session& session) {
  return Run(options, session, &v1::ServerService::StubInterface::DrainNode);
}

absl::StatusOr<ExitCode> RunResume(const Options& options, Session& session) {
  return Run(options, session, &v1::ServerService::StubInterface::ResumeNode);
}

void AddNodeCommand(CLI::App& app, const CommandText& text, Command& chosen,
                    absl::StatusOr<ExitCode> (*run)(const Options&, Session&)) {
  CLI::App& command = AddCommand(app, text);
  auto options = std::make_shared<Options>();
  FlagGroup flags(command, "Options");
  flags.Argument("NODE", "The node's id, as `server nodes` lists them",
                 Presence::kRequired, options->node);
  RunWhenNamed(command, chosen, std::move(options), run);
}

}  // namespace

void AddServerDrainNodeCommand(CLI::App& app, Command& chosen) {
  AddNodeCommand(app,
                 {"drain-node", "Start nothing on a NUMA node any more",
                  "What runs there goes on; `server nodes` shows when it is "
                  "empty. Tables that may\nrun on that node alone wait until "
                  "`server resume-node`, or their job's timeout."},
                 chosen, RunDrain);
}

void AddServerResumeNodeCommand(CLI::App& app, Command& chosen) {
  AddNodeCommand(app, {"resume-node", "Use a drained NUMA node again", ""},
                 chosen, RunResume);
}

}  // namespace perfecthash
