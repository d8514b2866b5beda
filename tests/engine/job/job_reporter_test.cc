#include "engine/job/job_reporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

#include "tests/support/recording_observer.h"

namespace perfecthash {
namespace {

using ::testing::ElementsAre;

JobObserver::ItemOutcome Success(int node_id) {
  return {.node_id = node_id, .result = TableResult{}};
}

TEST(JobReporterTest, TellsInTheOrderOfAddingAndThenLetsGoOfTheObserver) {
  const auto observer = std::make_shared<RecordingObserver>(2);
  int ended = 0;
  JobReporter reporter(observer, [&] { ++ended; });
  reporter.AddStarted(1, 0);
  reporter.AddStarted(0, 0);
  reporter.AddFinished(0, Success(0));
  EXPECT_EQ(observer->told(), 0);
  reporter.Tell();
  EXPECT_EQ(observer->told(), 1);
  EXPECT_THAT(observer->start_order(), ElementsAre(1, 0));
  reporter.AddFinished(1, Success(0));
  reporter.AddEnded(JobEnd::kCompleted);
  reporter.Tell();
  EXPECT_EQ(observer->end(), JobEnd::kCompleted);
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(observer.use_count(), 1);
}

// Adds to its own reporter from within a call.
class AddingObserver : public RecordingObserver {
 public:
  AddingObserver() : RecordingObserver(2) {}
  void OnItemFinished(int index, ItemOutcome outcome) override {
    RecordingObserver::OnItemFinished(index, std::move(outcome));
    if (index == 0) {
      reporter->AddStarted(1, 5);
      reporter->AddFinished(1, Success(5));
      reporter->AddEnded(JobEnd::kCompleted);
      reporter->Tell();  // returns at once: it is being told already
      EXPECT_FALSE(end().has_value());
    }
  }
  JobReporter* reporter = nullptr;
};

TEST(JobReporterTest, WhatIsAddedDuringACallIsToldAfterIt) {
  const auto observer = std::make_shared<AddingObserver>();
  JobReporter reporter(observer, [] {});
  observer->reporter = &reporter;
  reporter.AddStarted(0, 5);
  reporter.AddFinished(0, Success(5));
  reporter.Tell();
  EXPECT_TRUE(observer->end().has_value());
}

TEST(JobReporterTest, CallsOfManyThreadsNeverOverlap) {
  constexpr int kThreads = 4;
  constexpr int kItems = 2'000;
  const auto observer = std::make_shared<RecordingObserver>(kThreads * kItems);
  JobReporter reporter(observer, [] {});
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&reporter, thread] {
      for (int i = 0; i < kItems; ++i) {
        reporter.AddStarted(thread * kItems + i, thread);
        reporter.AddFinished(thread * kItems + i, Success(thread));
        reporter.Tell();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  reporter.AddEnded(JobEnd::kCompleted);
  reporter.Tell();
  EXPECT_EQ(observer->succeeded(), kThreads * kItems);
  EXPECT_TRUE(observer->end().has_value());
}

}  // namespace
}  // namespace perfecthash
