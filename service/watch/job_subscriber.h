#pragma once

#include <chrono>
#include <optional>

namespace perfecthash {

// Somebody who waits for news of one job. WatchFanout gives it a turn when the
// job has changed or the time has come that it asked for.
// Turn and OnStopping are called by the fan-out's thread alone.
class JobSubscriber {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Next {
    // A turn at this time even if nothing changes.
    TimePoint at = TimePoint::max();
    // Changes before this time wait until then; the job's end does not.
    TimePoint not_before = TimePoint::min();
  };

  virtual ~JobSubscriber() = default;

  // Null: it has what it waited for, and gets no further turn.
  virtual std::optional<Next> Turn(TimePoint now) = 0;

  // The server is stopping: end soon. True: it has; false: it gets turns until
  // it has, the first at once.
  virtual bool OnStopping() = 0;
};

}  // namespace perfecthash
