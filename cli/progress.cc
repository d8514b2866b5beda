#include "cli/progress.h"

#include <optional>
#include <thread>
#include <utility>

#include "engine/base/mutex.h"

namespace perfecthash {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

struct Progress::State {
  explicit State(std::unique_ptr<ProgressView> its_view)
      : view(std::move(its_view)), ticker([this] { Tick(); }) {}

  ~State() {
    {
      MutexLock lock(mutex);
      stopped = true;
      stopping.NotifyAll();
    }
    ticker.join();
  }

  void Tick() {
    constexpr auto kInterval = std::chrono::milliseconds(250);
    MutexLock lock(mutex);
    while (!stopped) {
      stopping.WaitUntil(mutex, Clock::now() + kInterval);
      if (!stopped) Show();
    }
  }

  void Show() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    if (!sample.has_value()) return;
    sample->elapsed = Clock::now() - begin;
    view->Show(*sample);
  }

  std::chrono::nanoseconds End() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    if (!sample.has_value()) return std::chrono::nanoseconds(0);
    sample->finished = true;
    Show();
    const std::chrono::nanoseconds elapsed = sample->elapsed;
    sample.reset();
    return elapsed;
  }

  const std::unique_ptr<ProgressView> view;
  Mutex mutex;
  Condition stopping;
  bool stopped ABSL_GUARDED_BY(mutex) = false;
  std::optional<ProgressSample> sample ABSL_GUARDED_BY(mutex);
  Clock::time_point begin ABSL_GUARDED_BY(mutex);
  std::thread ticker;
};

Progress::Progress(std::unique_ptr<ProgressView> view)
    : state_(std::make_unique<State>(std::move(view))) {}

Progress::~Progress() = default;

void Progress::Begin(const std::string& phase, const std::string& unit) {
  MutexLock lock(state_->mutex);
  state_->End();
  state_->begin = Clock::now();
  state_->sample.emplace();
  state_->sample->phase = phase;
  state_->sample->unit = unit;
}

void Progress::Update(const ProgressCounts& counts) {
  MutexLock lock(state_->mutex);
  if (!state_->sample.has_value()) return;
  state_->sample->counts = counts;
  state_->Show();
}

std::chrono::nanoseconds Progress::End() {
  MutexLock lock(state_->mutex);
  return state_->End();
}

}  // namespace perfecthash
