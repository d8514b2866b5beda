#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace perfecthash {

// How far one phase of a command is.
struct ProgressCounts {
  std::int64_t done = 0;   // failed ones among them
  std::int64_t total = 0;  // 0 = not known
  std::int64_t failed = 0;
  std::int64_t running = 0;
  std::int64_t bytes = 0;
  std::int64_t attempts = 0;
  // The server's own estimate, where it has one.
  std::optional<std::chrono::nanoseconds> remaining{};
};

// One phase at one moment.
struct ProgressSample {
  std::string phase;  // "build"
  std::string unit;   // "tables"
  ProgressCounts counts;
  std::chrono::nanoseconds elapsed{0};
  bool finished = false;

  double PerSecond() const;
  // From the server, else from the rate so far.
  std::optional<std::chrono::nanoseconds> Remaining() const;
};

// "build 9,120 of 13,637 tables, 2 failed, 3,051/s, 1.48 s left"
std::string FormatProgressText(const ProgressSample& sample);

// The same with a bar in front, cut to `width` columns.
std::string FormatProgressBar(const ProgressSample& sample, int width);

// A perfecthash.cli.ProgressLine as JSON, without a line end.
std::string FormatProgressJson(const ProgressSample& sample);

}  // namespace perfecthash
