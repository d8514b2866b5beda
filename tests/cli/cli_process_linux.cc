#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/mutex.h"
#include "tests/cli/cli_process.h"

extern char** environ;

namespace perfecthash {
namespace fs = std::filesystem;

struct CliProcess::State {
  pid_t child = -1;
  int out = -1;
  int err = -1;
  std::string out_text;  // by the out thread, until it is joined
  std::thread out_reader;
  std::thread err_reader;
  Mutex mutex;
  Condition changed;
  std::string err_text ABSL_GUARDED_BY(mutex);
  bool is_err_closed ABSL_GUARDED_BY(mutex) = false;

  void ReadOut() {
    std::array<char, 65536> buffer;
    for (ssize_t count;
         (count = ::read(out, buffer.data(), buffer.size())) > 0;) {
      out_text.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }

  void ReadErr() {
    std::array<char, 65536> buffer;
    for (ssize_t count;
         (count = ::read(err, buffer.data(), buffer.size())) > 0;) {
      MutexLock lock(mutex);
      err_text.append(buffer.data(), static_cast<std::size_t>(count));
      changed.NotifyAll();
    }
    MutexLock lock(mutex);
    is_err_closed = true;
    changed.NotifyAll();
  }
};

CliProcess::CliProcess(const CliOptions& options)
    : state_(std::make_unique<State>()) {
  std::array<int, 2> out_pipe;
  std::array<int, 2> err_pipe;
  CHECK(::pipe2(out_pipe.data(), O_CLOEXEC) == 0);
  CHECK(::pipe2(err_pipe.data(), O_CLOEXEC) == 0);
  std::array<int, 2> in_pipe;  // holds the whole input, so nobody waits
  CHECK(::pipe2(in_pipe.data(), O_CLOEXEC) == 0);
  CHECK(::write(in_pipe[1], options.standard_input.data(),
                options.standard_input.size()) ==
        static_cast<ssize_t>(options.standard_input.size()));
  ::close(in_pipe[1]);
  if (options.is_reader_gone) ::close(std::exchange(out_pipe[0], -1));
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in_pipe[0], STDIN_FILENO);
  if (options.standard_output.empty()) {
    ::posix_spawn_file_actions_adddup2(&actions, out_pipe[1], STDOUT_FILENO);
  } else {
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO,
                                       options.standard_output.c_str(),
                                       O_WRONLY | O_CREAT, 0666);
  }
  ::posix_spawn_file_actions_adddup2(&actions, err_pipe[1], STDERR_FILENO);
  if (!options.working_directory.empty()) {
    ::posix_spawn_file_actions_addchdir_np(&actions,
                                           options.working_directory.c_str());
  }
  std::vector<std::string> words = {PERFECTHASH_CLI};
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    // What the developer's shell sets must not leak into a test.
    if (std::strncmp(*variable, "PERFECTHASH_", 12) != 0) {
      variables.push_back(*variable);
    }
  }
  for (const auto& [name, value] : options.environment) {
    variables.push_back(name + "=" + value);
  }
  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
  };
  CHECK(::posix_spawn(&state_->child, PERFECTHASH_CLI, &actions, nullptr,
                      pointers(words).data(), pointers(variables).data()) == 0);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(in_pipe[0]);
  ::close(out_pipe[1]);
  ::close(err_pipe[1]);
  state_->out = out_pipe[0];
  state_->err = err_pipe[0];
  state_->out_reader = std::thread([this] { state_->ReadOut(); });
  state_->err_reader = std::thread([this] { state_->ReadErr(); });
}

CliProcess::~CliProcess() {
  if (state_->child > 0) {
    ::kill(state_->child, SIGKILL);
    Wait();
  }
}

void CliProcess::Interrupt() { ::kill(state_->child, SIGINT); }

bool CliProcess::AwaitError(const std::string& text) {
  MutexLock lock(state_->mutex);
  while (state_->err_text.find(text) == std::string::npos) {
    if (state_->is_err_closed) return false;
    state_->changed.Wait(state_->mutex);
  }
  return true;
}

CliResult CliProcess::Wait() {
  CliResult result;
  int status = 0;
  CHECK(::waitpid(state_->child, &status, 0) == state_->child);
  state_->child = -1;
  state_->out_reader.join();
  state_->err_reader.join();
  ::close(state_->out);
  ::close(state_->err);
  result.exit_code =
      WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.out = state_->out_text;
  MutexLock lock(state_->mutex);
  result.err = state_->err_text;
  return result;
}

CliResult RunCli(const CliOptions& options) {
  return CliProcess(options).Wait();
}

CliResult RunCli(const std::vector<std::string>& arguments) {
  CliOptions options;
  options.arguments = arguments;
  return RunCli(options);
}

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (fs::temp_directory_path() / "perfecthash.XXXXXX");
  CHECK(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string TemporaryDirectory::Write(const std::string& name,
                                      const std::string& content) const {
  const fs::path path = fs::path(path_) / name;
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
  return path.string();
}

std::string TemporaryDirectory::Read(const std::string& name) const {
  std::ostringstream content;
  content << std::ifstream(fs::path(path_) / name, std::ios::binary).rdbuf();
  return content.str();
}

std::vector<std::string> TemporaryDirectory::List(
    const std::string& below) const {
  std::vector<std::string> names;
  const fs::path root = fs::path(path_) / below;
  if (!fs::exists(root)) return names;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.is_regular_file()) {
      names.push_back(entry.path().lexically_relative(root).string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string KeyBytes(const std::vector<std::uint32_t>& keys) {
  std::string bytes;
  for (const std::uint32_t key : keys) {
    for (int i = 0; i < 4; ++i) {
      bytes.push_back(static_cast<char>(key >> (8 * i)));
    }
  }
  return bytes;
}

}  // namespace perfecthash
