#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"

namespace perfecthash {

// Ctrl-C. The first one becomes pending() and runs the reactions of the live
// scopes; the second ends the process at once with exit code 130. Thread-safe.
class Interrupt {
 public:
  // Takes over Ctrl-C and ignores broken pipes. Call it once, before any other
  // thread exists: threads inherit what is set up here.
  static absl::StatusOr<std::unique_ptr<Interrupt>> Install();

  virtual ~Interrupt() = default;

  virtual bool pending() const = 0;

  // True when interrupted before `duration` has passed (at once if pending).
  virtual bool WaitFor(std::chrono::nanoseconds duration) = 0;

  // While it lives, `react` runs once if the interrupt comes (or has come), on
  // a thread of its own: it may only set flags and cancel calls.
  class Scope {
   public:
    Scope(Interrupt& interrupt, std::function<void()> react)
        : interrupt_(interrupt), react_(std::move(react)) {
      interrupt_.Enter(&react_);
    }
    ~Scope() { interrupt_.Leave(&react_); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Interrupt& interrupt_;
    const std::function<void()> react_;
  };

 private:
  virtual void Enter(const std::function<void()>* react) = 0;
  // Returns when the reaction is not running.
  virtual void Leave(const std::function<void()>* react) = 0;
};

}  // namespace perfecthash
