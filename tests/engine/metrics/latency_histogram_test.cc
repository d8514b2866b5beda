#include "engine/metrics/latency_histogram.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace perfecthash {
namespace {

using std::chrono::nanoseconds;
constexpr std::size_t kBucketCount = HistogramSnapshot::kBucketCount;

TEST(LatencyHistogramTest, EveryBucketBeginsWhereTheOneBelowEnds) {
  for (std::size_t bucket = 0; bucket + 1 < kBucketCount; ++bucket) {
    const nanoseconds end = HistogramSnapshot::BucketEnd(bucket);
    EXPECT_EQ(HistogramSnapshot::BucketOf(end - nanoseconds(1)), bucket);
    EXPECT_EQ(HistogramSnapshot::BucketOf(end), bucket + 1);
  }
}

TEST(LatencyHistogramTest, ABucketIsAtMostAQuarterWide) {
  for (std::size_t bucket = 1; bucket + 1 < kBucketCount; ++bucket) {
    const auto begin = HistogramSnapshot::BucketEnd(bucket - 1).count();
    const auto end = HistogramSnapshot::BucketEnd(bucket).count();
    EXPECT_LE(end - begin, begin / 4) << bucket;
  }
}

TEST(LatencyHistogramTest, ExtremesFallIntoTheOuterBuckets) {
  EXPECT_EQ(HistogramSnapshot::BucketOf(nanoseconds(-5)), 0u);
  EXPECT_EQ(HistogramSnapshot::BucketOf(nanoseconds(0)), 0u);
  EXPECT_EQ(HistogramSnapshot::BucketOf(nanoseconds::max()), kBucketCount - 1);
  EXPECT_GE(HistogramSnapshot::BucketEnd(kBucketCount - 2),
            std::chrono::minutes(73));
}

TEST(LatencyHistogramTest, EmptyHistogramHasZeroQuantiles) {
  EXPECT_EQ(LatencyHistogram().Snapshot().Quantile(0.99), nanoseconds(0));
}

TEST(LatencyHistogramTest, QuantilesAreUpperBoundsWithinAQuarter) {
  LatencyHistogram histogram;
  for (int us = 1; us <= 1000; ++us) {
    histogram.Record(std::chrono::microseconds(us));
  }
  const HistogramSnapshot snapshot = histogram.Snapshot();
  EXPECT_EQ(snapshot.count, 1000u);
  EXPECT_EQ(snapshot.sum, std::chrono::microseconds(500'500));
  EXPECT_EQ(snapshot.latency_max, std::chrono::microseconds(1000));
  EXPECT_GE(snapshot.Quantile(0.5), std::chrono::microseconds(500));
  EXPECT_LE(snapshot.Quantile(0.5), std::chrono::microseconds(625));
  EXPECT_EQ(snapshot.Quantile(1.0), std::chrono::microseconds(1000));
}

TEST(LatencyHistogramTest, SnapshotsOfSeveralThreadsAdd) {
  LatencyHistogram histogram;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&histogram] {
      for (int j = 0; j < 500; ++j) {
        histogram.Record(std::chrono::microseconds(10));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  HistogramSnapshot twice = histogram.Snapshot();
  twice += histogram.Snapshot();
  EXPECT_EQ(twice.count, 4000u);
  EXPECT_EQ(twice.sum, std::chrono::milliseconds(40));
}

}  // namespace
}  // namespace perfecthash
