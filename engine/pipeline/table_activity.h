#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "engine/io/completion_port.h"

namespace perfecthash {

enum class TableStage { kQueued, kRead, kMemory, kSolve, kGenerate, kWrite };

// "queued", "read", "memory", ...
const char* TableStageName(TableStage stage);

// What one table is doing, for anyone who asks. Written by the workers that
// make the table, read by any thread: each value is right by itself, but they
// may be of slightly different moments (so all orderings are relaxed).
class TableActivity {
 public:
  using TimePoint = CompletionPort::Clock::time_point;

  void Enter(TableStage stage, TimePoint now) {
    stage_.store(stage, std::memory_order_relaxed);
    stage_started_.store(now, std::memory_order_relaxed);
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
  int lanes() const { return lanes_.load(std::memory_order_relaxed); }
  std::uint64_t attempts() const {
    return attempts_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<TableStage> stage_{TableStage::kQueued};
  std::atomic<TimePoint> stage_started_{TimePoint{}};
  std::atomic<int> lanes_{0};
  std::atomic<std::uint64_t> attempts_{0};
};

}  // namespace perfecthash
