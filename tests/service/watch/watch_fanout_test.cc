#include "service/watch/watch_fanout.h"

#include <gtest/gtest.h>

#include <deque>
#include <future>
#include <thread>

#include "engine/base/error_reason.h"
#include "service/watch/job_waiter.h"
#include "tests/service/job_builder.h"
#include "tests/support/fake_engine.h"

namespace perfecthash {
namespace {

using std::chrono::milliseconds;
using TimePoint = JobSubscriber::TimePoint;

// Takes notes of its turns and says when it wants the next.
class Recorder : public JobSubscriber {
 public:
  std::optional<Next> Turn(TimePoint now) override {
    turns.push_back(now);
    if (done) return std::nullopt;
    return Next{.at = at, .not_before = now + pace};
  }
  bool OnStopping() override {
    stopping.set_value();
    return true;
  }

  std::vector<TimePoint> turns;
  bool done = false;
  TimePoint at = TimePoint::max();
  milliseconds pace{0};
  std::promise<void> stopping;
};

class WatchFanoutTest : public testing::Test {
 protected:
  WatchFanoutTest() : job_(MakeJob(5, &fanout_)) {}

  std::shared_ptr<Recorder> Subscribe(milliseconds pace = milliseconds(0)) {
    auto recorder = std::make_shared<Recorder>();
    recorder->pace = pace;
    fanout_.Subscribe(job_, recorder);
    return recorder;
  }

  const TimePoint t0_{std::chrono::hours(1)};
  WatchFanout fanout_;
  std::shared_ptr<JobRecord> job_;
};

TEST_F(WatchFanoutTest, TheFirstTurnComesAtOnce) {
  const auto recorder = Subscribe();
  EXPECT_EQ(fanout_.RunTurns(t0_), TimePoint::max());
  EXPECT_EQ(recorder->turns, std::vector{t0_});
  fanout_.RunTurns(t0_ + milliseconds(1));
  EXPECT_EQ(recorder->turns.size(), 1u);
}

TEST_F(WatchFanoutTest, ManyChangesAreOneTurnAtTheSubscribersPace) {
  const auto quick = Subscribe();
  const auto slow = Subscribe(milliseconds(100));
  fanout_.RunTurns(t0_);
  for (int i = 0; i < 3; ++i) {
    StartAndFinish(*job_, i, FakeEngine::Success());
  }
  EXPECT_EQ(fanout_.RunTurns(t0_ + milliseconds(10)), t0_ + milliseconds(100));
  EXPECT_EQ(quick->turns.size(), 2u);
  EXPECT_EQ(slow->turns.size(), 1u);
  fanout_.RunTurns(t0_ + milliseconds(100));
  EXPECT_EQ(slow->turns.size(), 2u);
  // Nothing has changed since.
  fanout_.RunTurns(t0_ + milliseconds(500));
  EXPECT_EQ(slow->turns.size(), 2u);
}

TEST_F(WatchFanoutTest, AChangeIsNeverLost) {
  const auto recorder = Subscribe(milliseconds(100));
  fanout_.RunTurns(t0_);
  job_->OnItemStarted(0, 0);
  fanout_.RunTurns(t0_ + milliseconds(1));  // noted, not told yet
  job_->OnItemStarted(1, 0);
  fanout_.RunTurns(t0_ + milliseconds(100));
  ASSERT_EQ(recorder->turns.size(), 2u);
  job_->OnItemStarted(2, 0);
  fanout_.RunTurns(t0_ + milliseconds(200));
  EXPECT_EQ(recorder->turns.size(), 3u);
}

TEST_F(WatchFanoutTest, TheEndDoesNotWait) {
  const auto recorder = Subscribe(milliseconds(1000));
  fanout_.RunTurns(t0_);
  for (int i = 0; i < 5; ++i) {
    StartAndFinish(*job_, i, FakeEngine::Success());
  }
  fanout_.RunTurns(t0_ + milliseconds(1));
  EXPECT_EQ(recorder->turns.size(), 1u);
  job_->OnJobFinished(JobEnd::kCompleted);
  fanout_.RunTurns(t0_ + milliseconds(2));
  EXPECT_EQ(recorder->turns.size(), 2u);
}

TEST_F(WatchFanoutTest, ManySubscribersAreLookedAtNowAndThen) {
  std::vector<std::shared_ptr<Recorder>> many;
  for (int i = 0; i < 100; ++i) many.push_back(Subscribe());
  fanout_.RunTurns(t0_);
  job_->OnItemStarted(0, 0);
  fanout_.RunTurns(t0_ + milliseconds(1));
  EXPECT_EQ(many[99]->turns.size(), 2u);
  job_->OnItemStarted(1, 0);
  EXPECT_EQ(fanout_.RunTurns(t0_ + milliseconds(2)), t0_ + milliseconds(11));
  EXPECT_EQ(many[99]->turns.size(), 2u);
  fanout_.RunTurns(t0_ + milliseconds(11));
  EXPECT_EQ(many[99]->turns.size(), 3u);
}

TEST_F(WatchFanoutTest, ATurnComesAtTheTimeAskedFor) {
  const auto recorder = Subscribe();
  recorder->at = t0_ + milliseconds(50);
  EXPECT_EQ(fanout_.RunTurns(t0_), t0_ + milliseconds(50));
  fanout_.RunTurns(t0_ + milliseconds(49));
  EXPECT_EQ(recorder->turns.size(), 1u);
  fanout_.RunTurns(t0_ + milliseconds(50));
  EXPECT_EQ(recorder->turns.size(), 2u);
}

TEST_F(WatchFanoutTest, WhoeverIsDoneGetsNoTurn) {
  const auto recorder = Subscribe();
  recorder->done = true;
  fanout_.RunTurns(t0_);
  EXPECT_EQ(fanout_.subscriber_count(), 0);
  job_->OnItemStarted(0, 0);
  fanout_.RunTurns(t0_ + milliseconds(1));
  EXPECT_EQ(recorder->turns.size(), 1u);
}

TEST_F(WatchFanoutTest, UnsubscribedGetsNoTurn) {
  const auto recorder = Subscribe();
  fanout_.Unsubscribe(recorder.get());
  fanout_.Unsubscribe(recorder.get());
  fanout_.RunTurns(t0_);
  EXPECT_TRUE(recorder->turns.empty());
}

TEST_F(WatchFanoutTest, WakeAsksForATurn) {
  const auto recorder = Subscribe(milliseconds(100));
  fanout_.RunTurns(t0_);
  fanout_.Wake(recorder.get());
  fanout_.RunTurns(t0_ + milliseconds(1));
  EXPECT_EQ(recorder->turns.size(), 2u);
}

TEST_F(WatchFanoutTest, StoppingIsToldOnTheThreadAlsoToLateComers) {
  const auto early = Subscribe();
  fanout_.Start();
  fanout_.EndSubscriptions();
  early->stopping.get_future().wait();
  const auto late = Subscribe();
  late->stopping.get_future().wait();
  fanout_.Stop();
  EXPECT_EQ(fanout_.subscriber_count(), 0);
}

// ----------------------------------------------------------------- JobWaiter

class JobWaiterTest : public WatchFanoutTest {
 protected:
  std::shared_ptr<JobWaiter> Wait(milliseconds timeout,
                                  std::int64_t after_revision = 0) {
    auto waiter = std::make_shared<JobWaiter>(
        job_, JobWaiter::Options{.timeout = timeout,
                                 .after_revision = after_revision,
                                 .on_end = [this](absl::Status status) {
                                   ends_.push_back(std::move(status));
                                 }});
    fanout_.Subscribe(job_, waiter);
    return waiter;
  }

  std::vector<absl::Status> ends_;
};

TEST_F(JobWaiterTest, EndsWithTheJob) {
  Wait(milliseconds(1000));
  fanout_.RunTurns(t0_);
  for (int i = 0; i < 5; ++i) {
    StartAndFinish(*job_, i, FakeEngine::Success());
  }
  fanout_.RunTurns(t0_ + milliseconds(1));
  EXPECT_TRUE(ends_.empty());
  job_->OnJobFinished(JobEnd::kCompleted);
  fanout_.RunTurns(t0_ + milliseconds(2));
  ASSERT_EQ(ends_.size(), 1u);
  EXPECT_TRUE(ends_[0].ok());
}

TEST_F(JobWaiterTest, EndsWithTheTime) {
  Wait(milliseconds(50));
  EXPECT_EQ(fanout_.RunTurns(t0_), t0_ + milliseconds(50));
  fanout_.RunTurns(t0_ + milliseconds(50));
  EXPECT_EQ(ends_.size(), 1u);
}

TEST_F(JobWaiterTest, EndsWithAnyChangePastARevision) {
  const std::int64_t revision = job_->GetView().revision;
  Wait(milliseconds(1000), revision + 1);
  fanout_.RunTurns(t0_);
  job_->OnItemStarted(0, 0);  // revision + 1: not past it
  fanout_.RunTurns(t0_ + milliseconds(1));
  EXPECT_TRUE(ends_.empty());
  job_->OnItemStarted(1, 0);
  fanout_.RunTurns(t0_ + milliseconds(2));
  EXPECT_EQ(ends_.size(), 1u);
}

TEST_F(JobWaiterTest, CancelledIsNotTold) {
  const auto waiter = Wait(milliseconds(50));
  EXPECT_TRUE(waiter->Cancel());
  EXPECT_FALSE(waiter->Cancel());
  fanout_.RunTurns(t0_);
  EXPECT_EQ(fanout_.subscriber_count(), 0);
  fanout_.RunTurns(t0_ + milliseconds(50));
  EXPECT_TRUE(ends_.empty());
}

TEST_F(JobWaiterTest, AServerThatStopsIsUnavailable) {
  const auto waiter = Wait(milliseconds(50));
  waiter->OnStopping();
  ASSERT_EQ(ends_.size(), 1u);
  EXPECT_EQ(ReasonOf(ends_[0]), "STOPPING");
}

}  // namespace
}  // namespace perfecthash
