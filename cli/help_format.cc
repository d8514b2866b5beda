#include "cli/help_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <sstream>

namespace perfecthash {

std::string WrapText(const std::string& text, std::size_t indent) {
  constexpr std::size_t kColumns = 80;
  const std::string margin(indent, ' ');
  std::string wrapped;
  std::string line;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!line.empty() && indent + line.size() + 1 + word.size() > kColumns) {
      wrapped += margin + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return line.empty() ? wrapped : wrapped + margin + line + "\n";
}

std::string HelpFormatter::make_option(const CLI::Option* option,
                                       bool is_positional) const {
  std::string head = "  " + make_option_name(option, is_positional);
  // CLI11 shows what a flag alone means, "--wait-for-server{60s}".
  if (const std::size_t brace = head.find('{'); brace != std::string::npos) {
    head = head.substr(0, brace) + "[=DURATION]";
  }
  if (!is_positional && option->get_type_size() != 0) {
    head += " " + option->get_type_name();
  }
  return head + "\n" + WrapText(option->get_description(), 6);
}

std::string HelpFormatter::make_subcommand(const CLI::App* command) const {
  std::size_t width = 8;
  for (const CLI::App* sibling : command->get_parent()->get_subcommands(
           std::function<bool(const CLI::App*)>())) {
    width = std::max(width, sibling->get_name().size());
  }
  return fmt::format("  {:<{}}  {}\n", command->get_name(), width,
                     command->get_description());
}

// CLI11 is generous with blanks.
std::string HelpFormatter::make_help(const CLI::App* app, std::string name,
                                     CLI::AppFormatMode mode) const {
  std::string help = CLI::Formatter::make_help(app, name, mode);
  help = CLI::detail::find_and_replace(help, " \n", "\n");
  return CLI::detail::find_and_replace(help, "\n\n\n", "\n\n");
}

}  // namespace perfecthash
