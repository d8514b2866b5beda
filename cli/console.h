#pragma once

#include <string>
#include <string_view>

#include "engine/base/mutex.h"

namespace perfecthash {

enum class Verbosity { kNormal, kVerbose };

// Standard error: messages for people, and below them at most one status line
// that is redrawn in place. Thread-safe.
class Console {
 public:
  explicit Console(Verbosity verbosity) : verbosity_(verbosity) {}
  // Leaves no half-drawn status line behind.
  ~Console() { ClearStatus(); }
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  // One message (it may hold several lines).
  void Note(std::string_view message);
  // The same, only with -v.
  void Detail(std::string_view message);

  // The status line of a terminal: replaces the last one.
  void ShowStatus(std::string_view line);
  void ClearStatus();

 private:
  void Write(std::string_view text) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Verbosity verbosity_;
  Mutex mutex_;
  std::string status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace perfecthash
