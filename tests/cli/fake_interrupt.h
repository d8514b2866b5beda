#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "cli/interrupt.h"

namespace perfecthash {

// A Ctrl-C that a test presses. Waits take no time and are written down.
class FakeInterrupt final : public Interrupt {
 public:
  void Press() { pending_ = true; }
  const std::vector<std::chrono::nanoseconds>& waits() const { return waits_; }

  bool pending() const override { return pending_; }
  bool WaitFor(std::chrono::nanoseconds duration) override {
    waits_.push_back(duration);
    return pending_;
  }

 private:
  void Enter(const std::function<void()>*) override {}
  void Leave(const std::function<void()>*) override {}

  bool pending_ = false;
  std::vector<std::chrono::nanoseconds> waits_;
};

}  // namespace perfecthash
