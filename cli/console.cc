#include "cli/console.h"

#include <cstdio>

namespace perfecthash {
namespace {

constexpr std::string_view kEraseLine = "\r\x1b[K";

}  // namespace

void Console::Write(std::string_view text) {
  // Nobody is left to be told when standard error fails.
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

void Console::Note(std::string_view message) {
  MutexLock lock(mutex_);
  std::string text;
  if (!status_.empty()) text += kEraseLine;
  text += message;
  text += "\n";
  text += status_;
  Write(text);
}

void Console::Detail(std::string_view message) {
  if (verbosity_ == Verbosity::kVerbose) Note(message);
}

void Console::ShowStatus(std::string_view line) {
  MutexLock lock(mutex_);
  status_ = line;
  Write(std::string(kEraseLine) + status_);
}

void Console::ClearStatus() {
  MutexLock lock(mutex_);
  if (status_.empty()) return;
  status_.clear();
  Write(kEraseLine);
}

}  // namespace perfecthash
