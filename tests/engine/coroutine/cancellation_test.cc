#include "engine/coroutine/cancellation.h"

#include <gtest/gtest.h>

#include <thread>

namespace perfecthash {
namespace {

class CountingWatch : public CancellationWatch {
 public:
  void OnCancelled() override { ++count; }
  int count = 0;
};

TEST(CancellationTest, ADefaultTokenIsNeverCancelled) {
  EXPECT_FALSE(CancellationToken().cancelled());
}

TEST(CancellationTest, TokensSeeTheirSourcesFlag) {
  CancellationSource source;
  const CancellationToken token(source);
  const CancellationToken copy = token;
  EXPECT_FALSE(copy.cancelled());
  source.Cancel();
  EXPECT_TRUE(token.cancelled());
  EXPECT_TRUE(copy.cancelled());
}

TEST(CancellationTest, AWatchHearsOfTheCancellationOnce) {
  CancellationSource source;
  CountingWatch watch;
  EXPECT_TRUE(source.Watch(watch));
  source.Cancel();
  source.Cancel();
  EXPECT_EQ(watch.count, 1);
  source.Unwatch(watch);  // harmless
}

TEST(CancellationTest, AWatchThatLeftHearsNothing) {
  CancellationSource source;
  CountingWatch watch;
  EXPECT_TRUE(source.Watch(watch));
  source.Unwatch(watch);
  source.Unwatch(watch);
  source.Cancel();
  EXPECT_EQ(watch.count, 0);
}

TEST(CancellationTest, AWatchThatComesTooLateIsRefused) {
  CancellationSource source;
  source.Cancel();
  CountingWatch watch;
  EXPECT_FALSE(source.Watch(watch));
  EXPECT_EQ(watch.count, 0);
}

TEST(CancellationTest, WhatIsWatchedBeginsWithTheWatchOrNotAtAll) {
  CancellationSource source;
  CountingWatch first, second;
  int begun = 0;
  EXPECT_TRUE(source.Watch(first, [&begun] { ++begun; }));
  source.Cancel();
  EXPECT_EQ(first.count, 1);
  EXPECT_FALSE(source.Watch(second, [&begun] { ++begun; }));
  EXPECT_EQ(begun, 1);
}

TEST(CancellationTest, ALinkedSourceIsCancelledWithItsParentAndDiesBeforeIt) {
  CancellationSource parent;
  LinkedCancellation first(parent), second(parent);
  {
    const LinkedCancellation gone(parent);
  }
  CountingWatch watch;
  EXPECT_TRUE(first.token().source()->Watch(watch));
  EXPECT_FALSE(second.token().cancelled());
  parent.Cancel();
  EXPECT_EQ(watch.count, 1);
  EXPECT_TRUE(second.token().cancelled());
  LinkedCancellation late(parent);
  EXPECT_TRUE(late.token().cancelled());
}

TEST(CancellationTest, UnwatchWaitsForACancelThatIsTelling) {
  for (int round = 0; round < 200; ++round) {
    CancellationSource source;
    std::thread canceller([&source] { source.Cancel(); });
    {
      CountingWatch watch;
      const bool watching = source.Watch(watch);
      source.Unwatch(watch);
      EXPECT_LE(watch.count, watching ? 1 : 0);
    }
    canceller.join();
  }
}

}  // namespace
}  // namespace perfecthash
