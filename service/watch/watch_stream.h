#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/base/mutex.h"
#include "perfecthash/v1/job.pb.h"
#include "service/job/job_record.h"
#include "service/watch/job_subscriber.h"

namespace perfecthash {

// How one receiver wants to be told.
struct WatchPace {
  std::chrono::nanoseconds min_interval = std::chrono::milliseconds(100);
  std::chrono::nanoseconds heartbeat_interval = std::chrono::seconds(10);
  v1::ItemEvents item_events = v1::ITEM_EVENTS_FAILED;
};

inline constexpr std::chrono::milliseconds kWatchIntervalMin{20};
inline constexpr std::chrono::seconds kHeartbeatIntervalMin{1};

// The request's options; what is too short is raised to the least.
absl::StatusOr<WatchPace> ReadWatchOptions(const v1::WatchOptions& options);

// Where a watch's messages go: an RPC's stream, or a test. Called without
// overlap by the fan-out's thread.
class WatchSink {
 public:
  virtual ~WatchSink() = default;
  // The message stays as it is until the write is reported by
  // WatchStream::OnWritten.
  virtual void Write(const v1::WatchJobResponse& message) = 0;
  // The last message, and the end of the stream.
  virtual void WriteLast(const v1::WatchJobResponse& message,
                         absl::Status status) = 0;
  // Ends a stream whose receiver takes nothing.
  virtual void Abort(absl::Status status) = 0;
};

// One watch of one job: decides when to send what. It holds a position in the
// record's list of finished items, not a queue of its own, so a slow receiver
// costs one message; how the items of a message are bounded, and when some are
// dropped, stands at WatchJobResponse.
// Turn is the fan-out's; OnWritten and Detach are thread-safe.
class WatchStream : public JobSubscriber {
 public:
  struct Options {
    WatchPace pace = {};
    std::int64_t after_revision = 0;
    // A message that the transport has not taken for so long ends the watch.
    std::chrono::nanoseconds stall_max = std::chrono::seconds(30);
    std::chrono::nanoseconds age_max = std::chrono::hours(1);
  };

  static constexpr std::size_t kItemsPerMessageMax = 1'000;
  static constexpr std::size_t kItemBytesPerMessageMax = 256 << 10;

  // `sink` may be used until Detach.
  WatchStream(std::shared_ptr<JobRecord> job, Options options, WatchSink* sink);

  // The transport has taken the message.
  void OnWritten();
  // The stream has ended: the sink is not used after this returns.
  void Detach();

  // JobSubscriber.
  std::optional<Next> Turn(TimePoint now) override;
  bool OnStopping() override;

 private:
  std::optional<Next> WaitForReceiver(TimePoint now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::optional<Next> CloseForStop(TimePoint now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::optional<Next> Send(TimePoint now, const JobRecord::View& view)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::optional<Next> Close(v1::StreamClosing::Reason reason)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void StartMessage() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Whether every item that has finished is now told.
  bool AddFinishedItems(const JobRecord::View& view)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Returns how many wanted items were left out.
  std::int64_t DropBacklog(const JobRecord::View& view)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Wanted(int index) const;
  Next NextTurn(const JobRecord::View& view) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::shared_ptr<JobRecord> job_;
  const Options options_;
  Mutex mutex_;
  WatchSink* sink_ ABSL_GUARDED_BY(mutex_);
  bool write_pending_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // When a receiver that takes nothing holds up the server's stop no longer.
  std::optional<TimePoint> stop_deadline_ ABSL_GUARDED_BY(mutex_);
  // The receiver did not take a message before the next one was due.
  bool slow_ ABSL_GUARDED_BY(mutex_) = false;
  bool told_snapshot_ ABSL_GUARDED_BY(mutex_) = false;
  bool backlog_ ABSL_GUARDED_BY(mutex_) = false;
  TimePoint begin_ ABSL_GUARDED_BY(mutex_) = TimePoint::min();
  TimePoint last_sent_ ABSL_GUARDED_BY(mutex_);
  // What was told: progress up to here, finished items up to the position.
  std::int64_t progress_revision_ ABSL_GUARDED_BY(mutex_) = 0;
  std::int64_t item_revision_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t position_ ABSL_GUARDED_BY(mutex_) = 0;
  v1::WatchJobResponse message_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace perfecthash
