#pragma once

#include <string>

namespace perfecthash {

// What a shell command printed, and how it ended: an exit code, or -1 when a
// signal ended the shell. Linux only.
struct CommandResult {
  int exit_code = -1;
  std::string output;  // stdout and stderr
};
CommandResult RunCommand(const std::string& command);
bool HasProgram(const std::string& program);

}  // namespace perfecthash
