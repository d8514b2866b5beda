#include "cli/command/command.h"
#include "cli/flag_group.h"
#include "cli/rpc.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

using grpc::health::v1::HealthCheckResponse;

struct Options {
  grpc::health::v1::HealthCheckRequest request;
};

absl::StatusOr<ExitCode> Run(const Options& options, Session& session) {
  RETURN_IF_ERROR(session.Connect());
  ASSIGN_OR_RETURN(
      const HealthCheckResponse health,
      Call(session, session.connection().health(),
           &grpc::health::v1::Health::StubInterface::Check, options.request));
  const std::string name =
      HealthCheckResponse::ServingStatus_Name(health.status());
  session.output().Print(health, name, [&name] { return name + "\n"; });
  return health.status() == HealthCheckResponse::SERVING ? ExitCode::kOk
                                                         : ExitCode::kFailed;
}

}  // namespace

void AddServerHealthCommand(CLI::App& app, Command& chosen) {
  CLI::App& command = AddCommand(
      app, {"health",
            "Whether the server takes work: exit code 0 if so, else 1", ""});
  auto options = std::make_shared<Options>();
  FlagGroup flags(command, "Options");
  flags.Text({"--service", "One gRPC service instead of the whole server",
              "the server"},
             [options = options.get()](const std::string& service) {
               options->request.set_service(service);
             });
  RunWhenNamed(command, chosen, std::move(options), Run);
}

}  // namespace perfecthash
