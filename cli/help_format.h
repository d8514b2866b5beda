#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace perfecthash {

// --help in 80 columns: an option's name and type on one line, what it means
// below it.
class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option,
                          bool is_positional) const override;
  std::string make_subcommand(const CLI::App* command) const override;
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
};

// Breaks `text` at spaces into lines of at most 80 columns, each `indent`
// columns in.
std::string WrapText(const std::string& text, std::size_t indent);

}  // namespace perfecthash
