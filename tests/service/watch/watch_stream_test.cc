#include "service/watch/watch_stream.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "engine/base/error_reason.h"
#include "service/rpc/proto_time.h"
#include "service/watch/watch_fanout.h"
#include "tests/service/job_builder.h"
#include "tests/support/fake_engine.h"

namespace perfecthash {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using TimePoint = JobSubscriber::TimePoint;

// A receiver: keeps what is sent; takes each message at once, or when told to.
class FakeSink : public WatchSink {
 public:
  void Write(const v1::WatchJobResponse& message) override {
    EXPECT_FALSE(pending);
    EXPECT_FALSE(end.has_value());
    messages.push_back(message);
    pending = true;
  }
  void WriteLast(const v1::WatchJobResponse& message,
                 absl::Status status) override {
    Write(message);
    end = std::move(status);
  }
  void Abort(absl::Status status) override {
    aborted = true;
    end = std::move(status);
  }

  std::vector<v1::WatchJobResponse> messages;
  bool pending = false;
  bool aborted = false;
  std::optional<absl::Status> end;
};

class WatchStreamTest : public testing::Test {
 protected:
  void Watch(int item_count, WatchStream::Options options = {}) {
    job_ = MakeJob(item_count, &fanout_);
    Attach(options);
  }
  void Attach(WatchStream::Options options) {
    stream_ = std::make_shared<WatchStream>(job_, options, &sink_);
    fanout_.Subscribe(job_, stream_);
  }
  static WatchStream::Options All() {
    return {.pace = {.item_events = v1::ITEM_EVENTS_ALL}};
  }

  void RunAt(milliseconds time) { fanout_.RunTurns(t0_ + time); }
  void Take() {
    ASSERT_TRUE(sink_.pending);
    sink_.pending = false;
    stream_->OnWritten();
    fanout_.Wake(stream_.get());
  }
  // Everything up to `time`, with a receiver that keeps up.
  void PlayUntil(milliseconds time) {
    for (milliseconds t = now_; t <= time; t += milliseconds(5)) {
      RunAt(t);
      while (sink_.pending && !sink_.end.has_value()) {
        Take();
        RunAt(t);
      }
    }
    now_ = time;
  }
  void FinishItems(int begin, int end) {
    for (int i = begin; i < end; ++i) {
      StartAndFinish(*job_, i, FakeEngine::Success());
    }
  }
  const v1::WatchJobResponse& last() const { return sink_.messages.back(); }

  int ItemsTold() const {
    int count = 0;
    for (const auto& message : sink_.messages) {
      count += message.finished_items_size();
    }
    return count;
  }
  std::int64_t ItemsDropped() const {
    std::int64_t count = 0;
    for (const auto& message : sink_.messages) {
      count += message.dropped_item_events();
    }
    return count;
  }

  const TimePoint t0_{std::chrono::hours(1)};
  milliseconds now_{0};
  WatchFanout fanout_;
  FakeSink sink_;
  std::shared_ptr<JobRecord> job_;
  std::shared_ptr<WatchStream> stream_;
};

TEST_F(WatchStreamTest, BeginsWithASnapshot) {
  Watch(3);
  RunAt(milliseconds(0));
  ASSERT_EQ(sink_.messages.size(), 1u);
  EXPECT_EQ(last().snapshot().name(), job_->name());
  EXPECT_EQ(last().snapshot().progress().items_total(), 3);
  EXPECT_EQ(last().revision(), 1);
  EXPECT_TRUE(last().has_server_time());
}

TEST_F(WatchStreamTest, SendsAtMostOneMessagePerInterval) {
  Watch(1000, All());
  PlayUntil(milliseconds(0));
  for (int i = 0; i < 100; ++i) {
    FinishItems(i, i + 1);
    PlayUntil(milliseconds(10 * (i + 1)));
  }
  // A snapshot and one message each 100 ms of one second.
  EXPECT_LE(sink_.messages.size(), 11u);
  EXPECT_GE(sink_.messages.size(), 10u);
  EXPECT_EQ(ItemsTold(), 100);
}

TEST_F(WatchStreamTest, EndsWithDoneAtOnceAndOk) {
  Watch(3, All());
  PlayUntil(milliseconds(0));
  FinishItems(0, 3);
  job_->OnJobFinished(JobEnd::kCompleted);
  PlayUntil(milliseconds(5));
  EXPECT_EQ(last().done().state(), v1::Job::STATE_SUCCEEDED);
  EXPECT_EQ(last().finished_items_size(), 3);
  EXPECT_EQ(last().revision(), job_->GetView().revision);
  ASSERT_TRUE(sink_.end.has_value());
  EXPECT_TRUE(sink_.end->ok());
  EXPECT_EQ(fanout_.subscriber_count(), 0);
}

TEST_F(WatchStreamTest, AFinishedJobIsOneMessage) {
  Watch(1);
  FinishItems(0, 1);
  job_->OnJobFinished(JobEnd::kCompleted);
  PlayUntil(milliseconds(0));
  EXPECT_EQ(sink_.messages.size(), 1u);
  EXPECT_TRUE(last().has_done());
}

TEST_F(WatchStreamTest, TellsFailedItemsOnlyByDefault) {
  Watch(3);
  PlayUntil(milliseconds(0));
  FinishItems(0, 2);
  StartAndFinish(*job_, 2, FakeEngine::Failure(absl::AbortedError("no luck")));
  PlayUntil(milliseconds(100));
  ASSERT_EQ(last().finished_items_size(), 1);
  EXPECT_EQ(last().finished_items(0).index(), 2);
  EXPECT_EQ(last().progress().items_succeeded(), 2);
}

TEST_F(WatchStreamTest, HeartbeatsWhenNothingChanges) {
  Watch(1);
  PlayUntil(seconds(25));
  ASSERT_EQ(sink_.messages.size(), 3u);
  EXPECT_TRUE(sink_.messages[1].has_heartbeat());
  EXPECT_TRUE(sink_.messages[2].has_heartbeat());
  EXPECT_EQ(last().revision(), 1);
}

TEST_F(WatchStreamTest, AttemptsOfARunningJobAreLookedAt) {
  Watch(1);
  std::uint64_t attempts = 0;
  job_->Attach(
      {.id = 1, .count_attempts = [&] { return attempts; }, .cancel = [] {}});
  job_->OnItemStarted(0, 0);
  PlayUntil(milliseconds(500));
  attempts = 1000;
  PlayUntil(milliseconds(2000));
  EXPECT_EQ(last().progress().attempts(), 1000);
}

TEST_F(WatchStreamTest, ALargeBacklogIsToldInBoundedMessages) {
  Watch(5000, All());
  FinishItems(0, 5000);
  PlayUntil(seconds(3));
  EXPECT_EQ(ItemsTold(), 5000);
  EXPECT_EQ(ItemsDropped(), 0);
  std::int64_t revision = 0;
  for (const auto& message : sink_.messages) {
    EXPECT_LE(message.finished_items_size(), 1000);
    EXPECT_LE(message.ByteSizeLong(), 300u << 10);
    EXPECT_GT(message.revision(), revision);
    revision = message.revision();
  }
}

TEST_F(WatchStreamTest, AFinishedJobsBacklogIsToldWithoutPauses) {
  Watch(5000, All());
  FinishItems(0, 5000);
  job_->OnJobFinished(JobEnd::kCompleted);
  PlayUntil(milliseconds(0));
  EXPECT_EQ(ItemsTold(), 5000);
  EXPECT_TRUE(last().has_done());
}

TEST_F(WatchStreamTest, ResumesAfterARevisionWithoutLossOrRepetition) {
  Watch(4000, All());
  FinishItems(0, 2500);
  RunAt(milliseconds(0));  // the first 1,000 items at most
  const int told = ItemsTold();
  const std::int64_t revision = last().revision();
  stream_->Detach();
  fanout_.Unsubscribe(stream_.get());
  sink_ = FakeSink();

  FinishItems(2500, 4000);
  WatchStream::Options options = All();
  options.after_revision = revision;
  Attach(options);
  PlayUntil(seconds(3));
  EXPECT_EQ(told + ItemsTold(), 4000);
  EXPECT_EQ(sink_.messages[0].finished_items(0).index(), told);
}

TEST_F(WatchStreamTest, AnUnknownRevisionIsTheBeginning) {
  WatchStream::Options options = All();
  options.after_revision = 1'000'000;
  Watch(3, options);
  FinishItems(0, 3);
  PlayUntil(milliseconds(0));
  EXPECT_EQ(ItemsTold(), 3);
  EXPECT_EQ(last().revision(), job_->GetView().revision);
}

TEST_F(WatchStreamTest, ASlowReceiverIsToldTheNewestAndHowMuchItMissed) {
  Watch(5000, All());
  PlayUntil(milliseconds(0));
  FinishItems(0, 10);
  RunAt(milliseconds(100));
  ASSERT_TRUE(sink_.pending);
  FinishItems(10, 5000);
  RunAt(milliseconds(250));  // the next is due, and the last not taken
  ASSERT_EQ(sink_.messages.size(), 2u);
  now_ = milliseconds(300);
  PlayUntil(seconds(2));
  EXPECT_GT(ItemsDropped(), 0);
  EXPECT_EQ(ItemsTold() + ItemsDropped(), 5000);
  EXPECT_EQ(last().progress().items_succeeded(), 5000);
}

TEST_F(WatchStreamTest, AStalledReceiverIsGivenUp) {
  Watch(5000, All());
  RunAt(milliseconds(0));
  FinishItems(0, 5000);
  for (int t = 0; t < 29'900; t += 100) RunAt(milliseconds(t));
  EXPECT_EQ(sink_.messages.size(), 1u);
  EXPECT_FALSE(sink_.end.has_value());
  RunAt(seconds(30));
  EXPECT_TRUE(sink_.aborted);
  EXPECT_EQ(ReasonOf(*sink_.end), "WATCH_STALLED");
  EXPECT_EQ(fanout_.subscriber_count(), 0);
}

TEST_F(WatchStreamTest, ClosesBeforeTheStreamIsTooOld) {
  Watch(1, {.age_max = seconds(60)});
  PlayUntil(seconds(61));
  EXPECT_EQ(last().closing().reason(),
            v1::StreamClosing::REASON_MAX_STREAM_AGE);
  EXPECT_TRUE(absl::IsUnavailable(*sink_.end));
}

TEST_F(WatchStreamTest, ClosesWhenTheServerStops) {
  Watch(1);
  PlayUntil(milliseconds(0));
  EXPECT_FALSE(stream_->OnStopping());
  fanout_.Wake(stream_.get());
  RunAt(milliseconds(1));
  EXPECT_EQ(last().closing().reason(),
            v1::StreamClosing::REASON_SERVER_STOPPING);
  EXPECT_EQ(ReasonOf(*sink_.end), "STOPPING");
}

TEST_F(WatchStreamTest, AMessageOnItsWayIsLetThroughBeforeTheStop) {
  Watch(1);
  RunAt(milliseconds(0));
  EXPECT_FALSE(stream_->OnStopping());
  fanout_.Wake(stream_.get());
  RunAt(milliseconds(1));
  EXPECT_FALSE(sink_.end.has_value());
  Take();
  RunAt(milliseconds(100));
  EXPECT_TRUE(last().has_closing());
}

TEST_F(WatchStreamTest, AStuckStreamDoesNotHoldUpTheStop) {
  Watch(1);
  RunAt(milliseconds(0));
  EXPECT_FALSE(stream_->OnStopping());
  fanout_.Wake(stream_.get());
  RunAt(milliseconds(1));
  RunAt(milliseconds(600));
  EXPECT_TRUE(sink_.aborted);
}

TEST_F(WatchStreamTest, ADetachedSinkIsLeftAlone) {
  Watch(1);
  stream_->Detach();
  RunAt(milliseconds(0));
  EXPECT_TRUE(stream_->OnStopping());
  EXPECT_TRUE(sink_.messages.empty());
  EXPECT_FALSE(sink_.end.has_value());
}

// Whatever the order of events, somebody who applies all messages knows what
// the job knows, and every item was told or counted as dropped.
TEST_F(WatchStreamTest, AnyHistoryAddsUp) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    sink_ = FakeSink();
    const int count = 1 + static_cast<int>(random() % 3000);
    Watch(count, All());
    milliseconds t{0};
    int finished = 0;
    while (!sink_.end.has_value()) {
      t += milliseconds(random() % 40);
      if (finished < count && random() % 2 == 0) {
        const int end =
            std::min(count, finished + static_cast<int>(random() % 700));
        FinishItems(finished, end);
        finished = end;
        if (finished == count) job_->OnJobFinished(JobEnd::kCompleted);
      }
      RunAt(t);
      if (sink_.pending && !sink_.end.has_value() && random() % 3 == 0) Take();
      RunAt(t);
    }
    EXPECT_TRUE(sink_.end->ok());
    EXPECT_EQ(ItemsTold() + ItemsDropped(), count);
    EXPECT_EQ(last().done().progress().items_succeeded(), count);
    std::int64_t revision = 0;
    for (const auto& message : sink_.messages) {
      EXPECT_GE(message.revision(), revision);
      revision = message.revision();
    }
  }
}

TEST(WatchOptionsTest, TheShortestAreTaken) {
  v1::WatchOptions options;
  *options.mutable_min_interval() = ToDuration(kWatchIntervalMin);
  *options.mutable_heartbeat_interval() = ToDuration(kHeartbeatIntervalMin);
  options.set_item_events(v1::ITEM_EVENTS_ALL);
  const auto pace = ReadWatchOptions(options);
  ASSERT_TRUE(pace.ok());
  EXPECT_EQ(pace->min_interval, kWatchIntervalMin);
  EXPECT_EQ(pace->heartbeat_interval, kHeartbeatIntervalMin);
  EXPECT_EQ(pace->item_events, v1::ITEM_EVENTS_ALL);
}

TEST(WatchOptionsTest, TooShortIsRefused) {
  v1::WatchOptions options;
  *options.mutable_min_interval() = ToDuration(milliseconds(1));
  EXPECT_EQ(ReadWatchOptions(options).status().message(),
            "watch_options.min_interval is 1ms; give at least 20ms, or leave "
            "it out");
  options.mutable_min_interval()->set_seconds(-1);
  EXPECT_FALSE(ReadWatchOptions(options).ok());
  options.Clear();
  *options.mutable_heartbeat_interval() = ToDuration(milliseconds(10));
  const absl::Status refused = ReadWatchOptions(options).status();
  EXPECT_EQ(refused.message(),
            "watch_options.heartbeat_interval is 10ms; give at least 1s, or "
            "leave it out");
  EXPECT_EQ(MetadataOf(refused)["field"], "watch_options.heartbeat_interval");
  options.Clear();
  options.set_item_events(static_cast<v1::ItemEvents>(9));
  EXPECT_EQ(ReasonOf(ReadWatchOptions(options).status()), "INVALID_FIELD");
}

}  // namespace
}  // namespace perfecthash
