#include "cli/program.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "cli/command/command.h"
#include "cli/exit_code.h"
#include "cli/global_flags.h"
#include "cli/help_format.h"
#include "cli/interrupt.h"
#include "cli/usage_error.h"

namespace perfecthash {
namespace {

CLI::App& AddNoun(CLI::App& app, const std::string& name,
                  const std::string& description) {
  CLI::App& noun = *app.add_subcommand(name, description);
  noun.require_subcommand(1);
  noun.footer("");  // else the program's
  return noun;
}

void AddCommands(CLI::App& app, Command& chosen) {
  AddCreateCommand(app, chosen);
  AddBulkCommand(app, chosen);
  CLI::App& job =
      AddNoun(app, "job", "Look at, wait for, change and cancel jobs");
  AddJobListCommand(job, chosen);
  AddJobGetCommand(job, chosen);
  AddJobItemsCommand(job, chosen);
  AddJobReportCommand(job, chosen);
  AddJobWatchCommand(job, chosen);
  AddJobWaitCommand(job, chosen);
  AddJobUpdateCommand(job, chosen);
  AddJobCancelCommand(job, chosen);
  AddJobDownloadCommand(job, chosen);
  CLI::App& server =
      AddNoun(app, "server", "Look at the server, and drain its nodes");
  AddServerInfoCommand(server, chosen);
  AddServerNodesCommand(server, chosen);
  AddServerDrainNodeCommand(server, chosen);
  AddServerResumeNodeCommand(server, chosen);
  AddServerStatsCommand(server, chosen);
  AddServerWorkCommand(server, chosen);
  AddServerHealthCommand(server, chosen);
  CLI::App& keys = AddNoun(app, "keys", "Local key files; needs no server");
  AddKeysInspectCommand(keys, chosen);
  AddKeysImportCommand(keys, chosen);
}

void Configure(CLI::App& app) {
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_version_flag("--version", "perfecthash " PERFECTHASH_VERSION,
                       "Print the version");
  app.set_help_flag("-h,--help", "Print this help");
  app.require_subcommand(1);
  app.fallthrough();  // global options may follow the command
  app.footer(std::string(kExitCodeHelp) +
             "\n\nEach option may also be set by the environment variable "
             "named with it; the\ncommand line wins. `perfecthash COMMAND "
             "--help` lists a command's own options.");
}

ExitCode ReportUsage(const std::string& what) {
  std::cerr << "perfecthash: " << what
            << "\nperfecthash --help, or perfecthash COMMAND --help, says more"
            << std::endl;
  return ExitCode::kUsage;
}

// Help and version go to standard output and are no failure.
ExitCode ReportParse(const CLI::App& app, const CLI::ParseError& error,
                     const std::vector<std::string>& words) {
  std::ostringstream out;
  std::ostringstream err;
  if (app.exit(error, out, err) == 0) {
    std::cout << out.str() << std::flush;
    return ExitCode::kOk;
  }
  return ReportUsage(DescribeUnknownWord(app, words).value_or(error.what()));
}

ExitCode RunChosen(const Command& chosen, const GlobalOptions& options,
                   Interrupt& interrupt) {
  Session session(options, interrupt);
  const absl::StatusOr<ExitCode> result = chosen(session);
  session.progress().End();
  const absl::Status closed = session.output().Close();
  for (const absl::Status& status : {result.status(), closed}) {
    if (status.ok()) continue;
    session.console().Note("perfecthash: " + MessageOf(status));
  }
  if (!result.ok()) return ExitCodeOf(result.status());
  return *result == ExitCode::kOk ? ExitCodeOf(closed) : *result;
}

}  // namespace

int RunProgram(int argc, const char* const* argv) {
  CLI::App app(
      "Makes perfect hash tables of integer keys, on a perfecthashd "
      "server.",
      "perfecthash");
  GlobalOptions options;
  Command chosen;
  Configure(app);
  AddGlobalFlags(app, options);
  AddCommands(app, chosen);
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (const auto missing = DescribeMissingValue(words)) {
    return static_cast<int>(ReportUsage(*missing));
  }
  try {  // CLI11 reports by exception
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return static_cast<int>(ReportParse(app, error, words));
  }
  // Before any other thread exists; gRPC starts some.
  absl::StatusOr<std::unique_ptr<Interrupt>> interrupt = Interrupt::Install();
  if (!interrupt.ok()) {
    std::cerr << "perfecthash: " << interrupt.status().message() << std::endl;
    return static_cast<int>(ExitCode::kFailed);
  }
  return static_cast<int>(RunChosen(chosen, options, **interrupt));
}

}  // namespace perfecthash
