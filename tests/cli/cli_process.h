#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace perfecthash {

struct CliResult {
  int exit_code = -1;  // 128 + signal for a process that a signal ended
  std::string out;
  std::string err;
};

struct CliOptions {
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;
  std::string working_directory;  // "" = this process's
  std::string standard_input;     // through a pipe; at most 64 KiB
  std::string standard_output;    // a file instead of a pipe; "" = a pipe
  bool is_reader_gone = false;    // nobody reads the pipe, as after `| head`
};

// The perfecthash program as a child process. Used by one thread.
class CliProcess {
 public:
  explicit CliProcess(const CliOptions& options);
  // Kills the child if it still runs.
  ~CliProcess();

  // As Ctrl-C does.
  void Interrupt();
  // Blocks until standard error contains `text` (or was closed: then false).
  bool AwaitError(const std::string& text);
  // Blocks until the child is gone.
  CliResult Wait();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Runs it to its end.
CliResult RunCli(const std::vector<std::string>& arguments);
CliResult RunCli(const CliOptions& options);

// A directory that is removed with all that is in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  const std::string& path() const { return path_; }
  // Makes a file (and its directories) and returns its path.
  std::string Write(const std::string& name, const std::string& content) const;
  // "" when there is none.
  std::string Read(const std::string& name) const;
  // All files below, relative, sorted.
  std::vector<std::string> List(const std::string& below) const;

 private:
  std::string path_;
};

// A key file's bytes for 32-bit keys.
std::string KeyBytes(const std::vector<std::uint32_t>& keys);

}  // namespace perfecthash
