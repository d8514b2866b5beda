#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "cli/console.h"
#include "cli/progress_line.h"

namespace perfecthash {

enum class ProgressMode { kAuto, kTty, kPlain, kJson, kNone };

// Draws samples on standard error in one of the modes. Used by one thread at a
// time.
class ProgressView {
 public:
  virtual ~ProgressView() = default;
  // Called often; the view decides what is worth showing. The last sample of
  // a phase is `finished`.
  virtual void Show(const ProgressSample& sample) = 0;
};

// kAuto: a bar where standard error is a terminal, else plain lines.
// `console` outlives the view.
std::unique_ptr<ProgressView> MakeProgressView(ProgressMode mode,
                                               Console& console);

// The phases of one command, shown as they go, also while nothing comes in: a
// thread of its own redraws each 250 ms. Thread-safe.
class Progress {
 public:
  explicit Progress(std::unique_ptr<ProgressView> view);
  ~Progress();

  // Ends the phase before, if any, and starts one.
  void Begin(const std::string& phase, const std::string& unit);
  void Update(const ProgressCounts& counts);
  // Ends the phase and returns how long it took.
  std::chrono::nanoseconds End();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace perfecthash
