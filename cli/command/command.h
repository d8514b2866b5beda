#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "cli/exit_code.h"
#include "cli/session.h"

namespace CLI {
class App;
}  // namespace CLI

namespace perfecthash {

// What a parsed command line asks for.
using Command = std::function<absl::StatusOr<ExitCode>(Session&)>;

// Each adds one command to `app`; when the user names it, parsing sets
// `chosen`, which outlives `app`.
void AddCreateCommand(CLI::App& app, Command& chosen);
void AddBulkCommand(CLI::App& app, Command& chosen);
void AddJobListCommand(CLI::App& app, Command& chosen);
void AddJobGetCommand(CLI::App& app, Command& chosen);
void AddJobItemsCommand(CLI::App& app, Command& chosen);
void AddJobWatchCommand(CLI::App& app, Command& chosen);
void AddJobWaitCommand(CLI::App& app, Command& chosen);
void AddJobUpdateCommand(CLI::App& app, Command& chosen);
void AddJobCancelCommand(CLI::App& app, Command& chosen);
void AddJobReportCommand(CLI::App& app, Command& chosen);
void AddJobDownloadCommand(CLI::App& app, Command& chosen);
void AddServerInfoCommand(CLI::App& app, Command& chosen);
void AddServerNodesCommand(CLI::App& app, Command& chosen);
void AddServerDrainNodeCommand(CLI::App& app, Command& chosen);
void AddServerResumeNodeCommand(CLI::App& app, Command& chosen);
void AddServerStatsCommand(CLI::App& app, Command& chosen);
void AddServerWorkCommand(CLI::App& app, Command& chosen);
void AddServerHealthCommand(CLI::App& app, Command& chosen);
void AddKeysInspectCommand(CLI::App& app, Command& chosen);
void AddKeysImportCommand(CLI::App& app, Command& chosen);

// "perfecthash ... NAME": what it does in a line, and more below its --help.
struct CommandText {
  std::string name;
  std::string description;
  std::string footer;
};

CLI::App& AddCommand(CLI::App& parent, const CommandText& text);

// Makes the parsing of `command` choose `run`.
void RunWhenNamed(CLI::App& command, Command& chosen, Command run);

// The same for a function of options, which live as long as `command`, whose
// flags write into them.
template <typename Options>
void RunWhenNamed(CLI::App& command, Command& chosen,
                  std::shared_ptr<Options> options,
                  absl::StatusOr<ExitCode> (*run)(const Options&, Session&)) {
  RunWhenNamed(command, chosen, [options, run](Session& session) {
    return run(*options, session);
  });
}

}  // namespace perfecthash
