#include "service/watch/watch_stream.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "service/job/job_message.h"
#include "service/rpc/invalid_argument.h"
#include "service/rpc/proto_time.h"

namespace perfecthash {
namespace {

// A running job's attempts rise without an event; somebody has to look.
constexpr std::chrono::seconds kAttemptsInterval{1};
// A message on its way when the server stops is let through first.
constexpr std::chrono::milliseconds kStopPatience{500};

absl::Status StoppingError() {
  return WithReason(
      absl::UnavailableError("the server is stopping; its jobs end with it"),
      "STOPPING");
}

absl::StatusOr<std::chrono::nanoseconds> ReadInterval(
    const google::protobuf::Duration& interval, std::chrono::nanoseconds least,
    const char* field) {
  ASSIGN_OR_RETURN(const std::chrono::nanoseconds read,
                   ReadDuration(interval, field));
  if (read >= least) return read;
  const auto show = [](std::chrono::nanoseconds duration) {
    return absl::FormatDuration(absl::FromChrono(duration));
  };
  return InvalidField(field, absl::StrCat("is ", show(read), "; give at least ",
                                          show(least), ", or leave it out"));
}

}  // namespace

absl::StatusOr<WatchPace> ReadWatchOptions(const v1::WatchOptions& options) {
  WatchPace pace;
  if (options.has_min_interval()) {
    ASSIGN_OR_RETURN(pace.min_interval,
                     ReadInterval(options.min_interval(), kWatchIntervalMin,
                                  "watch_options.min_interval"));
  }
  if (options.has_heartbeat_interval()) {
    ASSIGN_OR_RETURN(
        pace.heartbeat_interval,
        ReadInterval(options.heartbeat_interval(), kHeartbeatIntervalMin,
                     "watch_options.heartbeat_interval"));
  }
  RETURN_IF_ERROR(CheckKnown(v1::ItemEvents_IsValid(options.item_events()),
                             options.item_events(),
                             "watch_options.item_events"));
  if (options.item_events() != v1::ITEM_EVENTS_UNSPECIFIED) {
    pace.item_events = options.item_events();
  }
  return pace;
}

WatchStream::WatchStream(std::shared_ptr<JobRecord> job, Options options,
                         WatchSink* sink)
    : job_(std::move(job)),
      options_(options),
      sink_(sink),
      position_(job_->FinishedPosition(options.after_revision)) {
  if (options.after_revision <= job_->GetView().revision) {
    item_revision_ = options.after_revision;
  }
}

void WatchStream::OnWritten() {
  MutexLock lock(mutex_);
  write_pending_ = false;
  // An idle watch keeps no memory of what it once sent.
  if (message_.finished_items_size() > 0) message_ = v1::WatchJobResponse();
}

void WatchStream::Detach() {
  MutexLock lock(mutex_);
  sink_ = nullptr;
}

std::optional<JobSubscriber::Next> WatchStream::Turn(TimePoint now) {
  job_->RefreshAttempts(now);
  MutexLock lock(mutex_);
  if (sink_ == nullptr) return std::nullopt;
  if (begin_ == TimePoint::min()) begin_ = now;
  if (stopping_) return CloseForStop(now);
  if (write_pending_) return WaitForReceiver(now);

  const JobRecord::View view = job_->GetView();
  if (!told_snapshot_ || view.finished) return Send(now, view);
  if (now - begin_ >= options_.age_max) {
    return Close(v1::StreamClosing::REASON_MAX_STREAM_AGE);
  }
  const bool changed = backlog_ || view.revision > progress_revision_;
  if (changed && now >= last_sent_ + options_.pace.min_interval) {
    return Send(now, view);
  }
  if (!changed && now >= last_sent_ + options_.pace.heartbeat_interval) {
    StartMessage();
    message_.set_revision(item_revision_);
    message_.mutable_heartbeat();
    last_sent_ = now;
    write_pending_ = true;
    sink_->Write(message_);
  }
  return NextTurn(view);
}

std::optional<JobSubscriber::Next> WatchStream::WaitForReceiver(TimePoint now) {
  const TimePoint due = last_sent_ + options_.pace.min_interval;
  const TimePoint stalled = last_sent_ + options_.stall_max;
  if (now >= due) slow_ = true;
  if (now >= stalled) {
    sink_->Abort(WithReason(
        absl::ResourceExhaustedError(
            "the receiver of this watch has taken nothing for too long; watch "
            "the job again with after_revision"),
        "WATCH_STALLED"));
    sink_ = nullptr;
    return std::nullopt;
  }
  return Next{.at = now < due ? due : stalled, .not_before = stalled};
}

std::optional<JobSubscriber::Next> WatchStream::Send(
    TimePoint now, const JobRecord::View& view) {
  StartMessage();
  if (std::exchange(slow_, false)) {
    message_.set_dropped_item_events(DropBacklog(view));
  }
  backlog_ = !AddFinishedItems(view);
  const bool last = view.finished && !backlog_;
  if (last) {
    job_->FillJob(message_.mutable_done());
    item_revision_ = message_.done().revision();
  } else if (!told_snapshot_) {
    job_->FillJob(message_.mutable_snapshot());
  } else {
    job_->FillProgress(message_.mutable_progress());
  }
  if (!backlog_) item_revision_ = std::max(item_revision_, view.revision);
  message_.set_revision(item_revision_);
  progress_revision_ = view.revision;
  told_snapshot_ = true;
  last_sent_ = now;
  write_pending_ = true;
  if (!last) {
    sink_->Write(message_);
    return NextTurn(view);
  }
  sink_->WriteLast(message_, absl::OkStatus());
  sink_ = nullptr;
  return std::nullopt;
}

void WatchStream::StartMessage() {
  message_.Clear();
  *message_.mutable_server_time() =
      ToTimestamp(std::chrono::system_clock::now());
}

bool WatchStream::Wanted(int index) const {
  switch (options_.pace.item_events) {
    case v1::ITEM_EVENTS_ALL:
      return true;
    case v1::ITEM_EVENTS_FAILED:
      return job_->ItemState(index) != v1::JobItem::STATE_SUCCEEDED;
    default:
      return false;
  }
}

bool WatchStream::AddFinishedItems(const JobRecord::View& view) {
  std::size_t bytes = 0;
  std::size_t count = 0;
  while (position_ < view.finished_item_count) {
    for (const JobRecord::FinishedItem& item :
         job_->FinishedItems(position_, kItemsPerMessageMax)) {
      if (position_ == view.finished_item_count) break;
      if (Wanted(item.index)) {
        if (count == kItemsPerMessageMax || bytes >= kItemBytesPerMessageMax) {
          return false;
        }
        v1::JobItem* told = message_.add_finished_items();
        FillJobItem(*job_, item.index, told);
        bytes += told->ByteSizeLong();
        ++count;
      }
      ++position_;
      item_revision_ = std::max(item_revision_, item.revision);
    }
  }
  return true;
}

std::int64_t WatchStream::DropBacklog(const JobRecord::View& view) {
  if (view.finished_item_count <= position_ + kItemsPerMessageMax) return 0;
  const std::size_t end = view.finished_item_count - kItemsPerMessageMax;
  std::int64_t dropped = 0;
  for (const JobRecord::FinishedItem& item :
       job_->FinishedItems(position_, end - position_)) {
    if (Wanted(item.index)) ++dropped;
    item_revision_ = std::max(item_revision_, item.revision);
  }
  position_ = end;
  return dropped;
}

JobSubscriber::Next WatchStream::NextTurn(const JobRecord::View& view) const {
  const WatchPace& pace = options_.pace;
  const TimePoint pace_end = last_sent_ + pace.min_interval;
  TimePoint at = last_sent_ + pace.heartbeat_interval;
  at = std::min(at, begin_ + options_.age_max);
  if (view.state == v1::Job::STATE_RUNNING) {
    at = std::min(at, std::max(pace_end, last_sent_ + kAttemptsInterval));
  }
  if (write_pending_ || backlog_ || view.revision > progress_revision_) {
    at = std::min(at, pace_end);
  }
  return {.at = at, .not_before = pace_end};
}

std::optional<JobSubscriber::Next> WatchStream::Close(
    v1::StreamClosing::Reason reason) {
  StartMessage();
  message_.set_revision(item_revision_);
  message_.mutable_closing()->set_reason(reason);
  const bool stopping = reason == v1::StreamClosing::REASON_SERVER_STOPPING;
  sink_->WriteLast(message_, stopping
                                 ? StoppingError()
                                 : WithReason(absl::UnavailableError(
                                                  "this watch has reached its "
                                                  "greatest age; watch the job "
                                                  "again with after_revision"),
                                              "MAX_STREAM_AGE"));
  sink_ = nullptr;
  return std::nullopt;
}

bool WatchStream::OnStopping() {
  MutexLock lock(mutex_);
  stopping_ = true;
  return sink_ == nullptr;
}

std::optional<JobSubscriber::Next> WatchStream::CloseForStop(TimePoint now) {
  if (!write_pending_) {
    return Close(v1::StreamClosing::REASON_SERVER_STOPPING);
  }
  if (!stop_deadline_.has_value()) stop_deadline_ = now + kStopPatience;
  if (now < *stop_deadline_) return Next{.at = *stop_deadline_};
  sink_->Abort(StoppingError());
  sink_ = nullptr;
  return std::nullopt;
}

}  // namespace perfecthash
