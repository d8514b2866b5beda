#pragma once

#include <chrono>

#include "tests/benchmark/process_usage.h"

namespace perfecthash {

using Seconds = std::chrono::duration<double>;

struct Time {
  Seconds wall{0};
  Seconds cpu{0};  // of all threads of the process
};

// Since it was made.
class Stopwatch {
 public:
  Time Elapsed() const {
    return {.wall = Clock::now() - start_, .cpu = CpuTime() - cpu_start_};
  }

 private:
  using Clock = std::chrono::steady_clock;

  const Clock::time_point start_ = Clock::now();
  const Seconds cpu_start_ = CpuTime();
};

}  // namespace perfecthash
