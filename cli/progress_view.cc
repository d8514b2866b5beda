#include <utility>

#include "cli/progress.h"
#include "cli/terminal.h"

namespace perfecthash {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// One line, redrawn in place at most ten times a second.
class TtyView final : public ProgressView {
 public:
  explicit TtyView(Console& console) : console_(console) {}

  void Show(const ProgressSample& sample) override {
    if (sample.finished) {
      console_.ClearStatus();
      last_ = nanoseconds(-1);
      return;
    }
    if (last_.count() >= 0 && sample.elapsed - last_ < milliseconds(100)) {
      return;
    }
    last_ = sample.elapsed;
    console_.ShowStatus(
        FormatProgressBar(sample, TerminalWidth(StandardStream::kError)));
  }

 private:
  Console& console_;
  nanoseconds last_{-1};
};

// Lines for a log: each phase's end, and in between one per second at most,
// when 5 % more is done or 10 s have passed.
class PlainView final : public ProgressView {
 public:
  explicit PlainView(Console& console) : console_(console) {}

  void Show(const ProgressSample& sample) override {
    if (!sample.finished && !IsDue(sample)) return;
    console_.Note(FormatProgressText(sample));
    last_ = sample.finished ? nanoseconds(0) : sample.elapsed;
    last_done_ = sample.finished ? 0 : sample.counts.done;
  }

 private:
  bool IsDue(const ProgressSample& sample) const {
    const nanoseconds since = sample.elapsed - last_;
    if (since >= seconds(10)) return true;
    return since >= seconds(1) && sample.counts.done > last_done_ &&
           (sample.counts.done - last_done_) * 20 >= sample.counts.total;
  }

  Console& console_;
  nanoseconds last_{0};
  std::int64_t last_done_ = 0;
};

// One JSON object per line, at most ten a second, and only news.
class JsonView final : public ProgressView {
 public:
  explicit JsonView(Console& console) : console_(console) {}

  void Show(const ProgressSample& sample) override {
    const bool is_news = sample.counts.done != last_done_ ||
                         sample.counts.attempts != last_attempts_ ||
                         sample.elapsed - last_ >= seconds(1);
    const bool is_early = sample.elapsed - last_ < milliseconds(100);
    if (!sample.finished && (!is_news || is_early)) return;
    console_.Note(FormatProgressJson(sample));
    last_ = sample.finished ? nanoseconds(0) : sample.elapsed;
    last_done_ = sample.finished ? 0 : sample.counts.done;
    last_attempts_ = sample.finished ? 0 : sample.counts.attempts;
  }

 private:
  Console& console_;
  nanoseconds last_{0};
  std::int64_t last_done_ = 0;
  std::int64_t last_attempts_ = 0;
};

class NoView final : public ProgressView {
 public:
  void Show(const ProgressSample& sample) override {}
};

}  // namespace

std::unique_ptr<ProgressView> MakeProgressView(ProgressMode mode,
                                               Console& console) {
  if (mode == ProgressMode::kAuto) {
    mode = IsTerminal(StandardStream::kError) ? ProgressMode::kTty
                                              : ProgressMode::kPlain;
  }
  switch (mode) {
    case ProgressMode::kTty:
      return std::make_unique<TtyView>(console);
    case ProgressMode::kJson:
      return std::make_unique<JsonView>(console);
    case ProgressMode::kNone:
      return std::make_unique<NoView>();
    default:
      return std::make_unique<PlainView>(console);
  }
}

}  // namespace perfecthash
