#include "engine/metrics/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace perfecthash {
namespace {

// Bucket 0 ends at 2^10 ns; from there each power of two has four buckets.
constexpr int kFirstBits = 10;

}  // namespace

std::size_t HistogramSnapshot::BucketOf(std::chrono::nanoseconds latency) {
  const auto ns =
      static_cast<std::uint64_t>(std::max<std::int64_t>(latency.count(), 0));
  if (ns < (std::uint64_t{1} << kFirstBits)) return 0;
  const int exponent = std::bit_width(ns) - 1;
  const std::size_t quarter = (ns >> (exponent - 2)) & 3;
  const std::size_t bucket =
      1 + 4 * static_cast<std::size_t>(exponent - kFirstBits) + quarter;
  return std::min(bucket, kBucketCount - 1);
}

std::chrono::nanoseconds HistogramSnapshot::BucketEnd(std::size_t bucket) {
  if (bucket + 1 >= kBucketCount) return std::chrono::nanoseconds::max();
  const std::size_t exponent = kFirstBits + bucket / 4;
  const std::size_t quarter = bucket % 4;
  return std::chrono::nanoseconds(
      static_cast<std::int64_t>((4 + quarter) << (exponent - 2)));
}

std::chrono::nanoseconds HistogramSnapshot::Quantile(double fraction) const {
  if (count == 0) return std::chrono::nanoseconds(0);
  const double wanted = std::clamp(fraction, 0.0, 1.0);
  const auto rank = std::max<std::uint64_t>(
      static_cast<std::uint64_t>(
          std::ceil(wanted * static_cast<double>(count))),
      1);
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < kBucketCount; ++bucket) {
    seen += buckets[bucket];
    if (seen >= rank) return std::min(BucketEnd(bucket), latency_max);
  }
  return latency_max;
}

HistogramSnapshot& HistogramSnapshot::operator+=(
    const HistogramSnapshot& other) {
  for (std::size_t i = 0; i < kBucketCount; ++i) buckets[i] += other.buckets[i];
  count += other.count;
  sum += other.sum;
  latency_max = std::max(latency_max, other.latency_max);
  return *this;
}

void LatencyHistogram::Record(std::chrono::nanoseconds latency) {
  const std::int64_t ns = std::max<std::int64_t>(latency.count(), 0);
  Shard& shard = shards_[MetricShard()];
  std::int64_t highest = shard.max_ns.load(std::memory_order_relaxed);
  while (ns > highest && !shard.max_ns.compare_exchange_weak(
                             highest, ns, std::memory_order_relaxed)) {
  }
  shard.sum_ns.fetch_add(ns, std::memory_order_relaxed);
  shard.buckets[HistogramSnapshot::BucketOf(latency)].fetch_add(
      1, std::memory_order_relaxed);
}

HistogramSnapshot LatencyHistogram::Snapshot() const {
  HistogramSnapshot snapshot;
  for (const Shard& shard : shards_) {
    for (std::size_t i = 0; i < HistogramSnapshot::kBucketCount; ++i) {
      const std::uint64_t count =
          shard.buckets[i].load(std::memory_order_relaxed);
      snapshot.buckets[i] += count;
      snapshot.count += count;
    }
    snapshot.sum +=
        std::chrono::nanoseconds(shard.sum_ns.load(std::memory_order_relaxed));
    snapshot.latency_max = std::max(
        snapshot.latency_max,
        std::chrono::nanoseconds(shard.max_ns.load(std::memory_order_relaxed)));
  }
  return snapshot;
}

}  // namespace perfecthash
