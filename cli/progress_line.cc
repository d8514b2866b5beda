#include "cli/progress_line.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/byte_size.h"
#include "cli/duration.h"
#include "cli/json.h"
#include "cli/report.pb.h"

namespace perfecthash {
namespace {

double Seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

double ProgressSample::PerSecond() const {
  if (elapsed.count() <= 0) return 0;
  return static_cast<double>(counts.done) / Seconds(elapsed);
}

std::optional<std::chrono::nanoseconds> ProgressSample::Remaining() const {
  if (finished) return std::nullopt;
  if (counts.remaining.has_value()) return counts.remaining;
  const double per_second = PerSecond();
  if (counts.total <= counts.done || per_second <= 0) return std::nullopt;
  const double seconds =
      static_cast<double>(counts.total - counts.done) / per_second;
  // Beyond a century nobody needs to know exactly.
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(std::min(seconds, 3.2e9)));
}

std::string FormatProgressText(const ProgressSample& sample) {
  const ProgressCounts& counts = sample.counts;
  std::string text = sample.phase + " " + FormatCount(counts.done);
  if (counts.total > 0) text += " of " + FormatCount(counts.total);
  text += " " + sample.unit;
  if (counts.bytes > 0) text += ", " + FormatByteSize(counts.bytes);
  if (counts.failed > 0) text += ", " + FormatCount(counts.failed) + " failed";
  if (counts.done == 0 && counts.attempts > 0) {
    text += ", " + FormatCount(counts.attempts) + " attempts";
  }
  if (counts.done > 1 && sample.elapsed.count() > 0) {
    text += fmt::format(
        ", {}/s", FormatCount(static_cast<std::int64_t>(sample.PerSecond())));
  }
  if (const auto remaining = sample.Remaining()) {
    text += ", " + FormatDuration(*remaining) + " left";
  } else {
    text += ", " + FormatDuration(sample.elapsed);
  }
  return text;
}

std::string FormatProgressBar(const ProgressSample& sample, int width) {
  constexpr int kBarWidth = 20;
  const ProgressCounts& counts = sample.counts;
  std::string line;
  if (counts.total > 0) {
    const std::int64_t done =
        std::clamp<std::int64_t>(counts.done, 0, counts.total);
    const auto filled =
        static_cast<std::size_t>(done * kBarWidth / counts.total);
    line = fmt::format("[{:<{}}] {:3}% ", std::string(filled, '#'), kBarWidth,
                       done * 100 / counts.total);
  }
  line += FormatProgressText(sample);
  // A full last column would wrap in some terminals.
  const auto columns = static_cast<std::size_t>(std::max(width - 1, 1));
  if (line.size() > columns) line.resize(columns);
  return line;
}

std::string FormatProgressJson(const ProgressSample& sample) {
  cli::ProgressLine line;
  line.set_phase(sample.phase);
  line.set_unit(sample.unit);
  line.set_done(sample.counts.done);
  line.set_total(sample.counts.total);
  line.set_failed(sample.counts.failed);
  line.set_running(sample.counts.running);
  line.set_bytes(sample.counts.bytes);
  line.set_attempts(sample.counts.attempts);
  line.set_elapsed_seconds(Seconds(sample.elapsed));
  line.set_per_second(sample.PerSecond());
  if (const auto remaining = sample.Remaining()) {
    line.set_remaining_seconds(Seconds(*remaining));
  }
  line.set_finished(sample.finished);
  return ToJson(line, JsonLayout::kOneLine);
}

}  // namespace perfecthash
