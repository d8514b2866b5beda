#include "engine/metrics/counter.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "engine/metrics/metrics_snapshot.h"

namespace perfecthash {
namespace {

TEST(CounterTest, StartsAtZeroAndSumsAmounts) {
  Counter counter;
  EXPECT_EQ(counter.Value(), 0u);
  counter.Add();
  counter.Add(41);
  EXPECT_EQ(counter.Value(), 42u);
}

TEST(CounterTest, LosesNothingAcrossMoreThreadsThanShards) {
  Counter counter;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kMetricShardCount * 2; ++i) {
    threads.emplace_back([&counter] {
      for (int j = 0; j < 1000; ++j) counter.Add(2);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counter.Value(), kMetricShardCount * 2 * 2000);
}

TEST(CounterTest, AThreadKeepsItsShard) {
  const std::size_t shard = MetricShard();
  EXPECT_LT(shard, kMetricShardCount);
  EXPECT_EQ(MetricShard(), shard);
}

TEST(MetricsSnapshotTest, KeepsWhatWasAddedInOrder) {
  MetricsSnapshot snapshot;
  snapshot.AddCounter("tables_total", {{"node", "0"}}, 7);
  snapshot.AddGauge("queue_items", {}, 3);
  snapshot.AddDistribution("solve_seconds", {}, HistogramSnapshot());
  ASSERT_EQ(snapshot.numbers.size(), 2u);
  EXPECT_EQ(snapshot.numbers[0].name, "tables_total");
  EXPECT_EQ(snapshot.numbers[0].kind, MetricsSnapshot::Kind::kCounter);
  EXPECT_EQ(snapshot.numbers[0].labels[0].second, "0");
  EXPECT_EQ(snapshot.numbers[1].kind, MetricsSnapshot::Kind::kGauge);
  EXPECT_EQ(snapshot.distributions.size(), 1u);
}

}  // namespace
}  // namespace perfecthash
