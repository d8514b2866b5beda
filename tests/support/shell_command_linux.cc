#include <sys/wait.h>

#include <cstdio>

#include "engine/base/check.h"
#include "tests/support/shell_command.h"

namespace perfecthash {

CommandResult RunCommand(const std::string& command) {
  CommandResult result;
  FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
  CHECK(pipe != nullptr);
  char buffer[4096];
  std::size_t count;
  while ((count = fread(buffer, 1, sizeof(buffer), pipe)) > 0) {
    result.output.append(buffer, count);
  }
  const int status = pclose(pipe);
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  return result;
}

bool HasProgram(const std::string& program) {
  return RunCommand("command -v " + program).exit_code == 0;
}

}  // namespace perfecthash
