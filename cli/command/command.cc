#include "cli/command/command.h"

#include <CLI/CLI.hpp>
#include <utility>

namespace perfecthash {

CLI::App& AddCommand(CLI::App& parent, const CommandText& text) {
  CLI::App& command = *parent.add_subcommand(text.name, text.description);
  const std::string more = text.footer.empty() ? "" : text.footer + "\n\n";
  command.footer(more +
                 "`perfecthash --help` lists the options of every command "
                 "(--address, -o, ...)\nand the exit codes.");
  return command;
}

void RunWhenNamed(CLI::App& command, Command& chosen, Command run) {
  command.callback([&chosen, run = std::move(run)] { chosen = run; });
}

}  // namespace perfecthash
