#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/pipeline/table_result.h"

namespace perfecthash {

using JobId = std::uint64_t;  // never reused while the engine runs

// How a job ended as a whole; its items' results are told one by one. Cancelled
// or expired is a job that was stopped so, even when every table that was
// running still succeeded; one whose failure policy stopped it is completed.
enum class JobEnd { kCompleted, kCancelled, kExpired };

// Told what becomes of a job. Called by workers of the engine, so every call
// must be short and must not wait; also by the thread that submits or cancels a
// job or stops the engine, before that call returns: let it hold no lock that
// an observer takes. Calls for one job never overlap. Each started item
// finishes exactly once; an item that never started finishes without starting.
// OnJobFinished is the last call, and is always made.
class JobObserver {
 public:
  struct ItemOutcome {
    int node_id = -1;  // -1: it never started
    std::chrono::nanoseconds queue_time{0};
    std::uint64_t attempts = 0;  // made, whatever came of them
    // Cancelled: by request or by policy. Any other error: failed, with a
    // reason (engine/base/error_reason.h).
    absl::StatusOr<TableResult> result = absl::UnknownError("unset");
  };

  virtual ~JobObserver() = default;
  virtual void OnItemStarted(int index, int node_id) = 0;
  virtual void OnItemFinished(int index, ItemOutcome outcome) = 0;
  virtual void OnJobFinished(JobEnd end) = 0;
};

}  // namespace perfecthash
