#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "engine/io/completion_port.h"

namespace perfecthash {

enum class TableStage {
  kQueued,
  kRead,
  kMemory,
  kSolve,
  kBuild,
  kGenerate,
  kWrite
};

inline constexpr std::size_t kTableStageCount =
    static_cast<std::size_t>(TableStage::kWrite) + 1;

// "queued", "read", "memory", ...
const char* TableStageName(TableStage stage);

// What one table is doing, for anyone who asks. Written by the workers that
// make the table, read by any thread: each value is right by itself, but they
// may be of slightly different moments (so all orderings are relaxed).
class TableActivity {
 public:
  using TimePoint = CompletionPort::Clock::time_point;

  // The time since the last call was spent in the stage that it named. Called
  // by one worker at a time. It is progress.
  void Enter(TableStage stage, TimePoint now);
  // Attempts were made, or a piece of a file was read or written.
  void NoteProgress(TimePoint now) {
    last_progress_.store(now, std::memory_order_relaxed);
  }
  void AddLane() { lanes_.fetch_add(1, std::memory_order_relaxed); }
  void RemoveLane() { lanes_.fetch_sub(1, std::memory_order_relaxed); }
  void AddAttempts(std::uint64_t count) {
    attempts_.fetch_add(count, std::memory_order_relaxed);
  }

  TableStage stage() const { return stage_.load(std::memory_order_relaxed); }
  TimePoint stage_started() const {
    return stage_started_.load(std::memory_order_relaxed);
  }
  TimePoint last_progress() const {
    return last_progress_.load(std::memory_order_relaxed);
  }
  // Spent in the stage, as often as it was entered; not the present one's.
  std::chrono::nanoseconds TimeIn(TableStage stage) const {
    return times_[static_cast<std::size_t>(stage)].load(
        std::memory_order_relaxed);
  }
  int lanes() const { return lanes_.load(std::memory_order_relaxed); }
  std::uint64_t attempts() const {
    return attempts_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<TableStage> stage_{TableStage::kQueued};
  std::atomic<TimePoint> stage_started_{TimePoint{}};
  std::atomic<TimePoint> last_progress_{TimePoint{}};
  std::array<std::atomic<std::chrono::nanoseconds>, kTableStageCount> times_{};
  std::atomic<int> lanes_{0};
  std::atomic<std::uint64_t> attempts_{0};
};

}  // namespace perfecthash
