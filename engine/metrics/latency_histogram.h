#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "engine/metrics/counter.h"

namespace perfecthash {

// What a LatencyHistogram held at one moment; a plain value that can be added
// to another.
//
// Buckets are logarithmic with four steps per power of two, so a quantile is
// at most 25 % too high. Bucket 0 takes everything up to 1,024 ns, the last one
// everything from about 73 minutes up.
struct HistogramSnapshot {
  static constexpr std::size_t kBucketCount = 130;

  // Index of the bucket that counts `latency`; negative ones count as zero.
  static std::size_t BucketOf(std::chrono::nanoseconds latency);
  // The smallest latency above bucket `bucket`; nanoseconds::max() for the
  // last one.
  static std::chrono::nanoseconds BucketEnd(std::size_t bucket);

  // An upper bound of the latency that `fraction` (0..1) of all samples do not
  // exceed, never above `latency_max`; zero without samples.
  std::chrono::nanoseconds Quantile(double fraction) const;
  HistogramSnapshot& operator+=(const HistogramSnapshot& other);

  std::array<std::uint64_t, kBucketCount> buckets{};
  std::uint64_t count = 0;
  std::chrono::nanoseconds sum{0};
  std::chrono::nanoseconds latency_max{0};
};

// Counts latencies of many threads. Relaxed and sharded as Counter is; a
// snapshot taken meanwhile may miss samples but never invents one.
// Thread-safe.
class LatencyHistogram {
 public:
  void Record(std::chrono::nanoseconds latency);
  HistogramSnapshot Snapshot() const;

 private:
  struct alignas(64) Shard {
    std::array<std::atomic<std::uint64_t>, HistogramSnapshot::kBucketCount>
        buckets{};
    std::atomic<std::int64_t> sum_ns{0};
    std::atomic<std::int64_t> max_ns{0};
  };
  std::array<Shard, kMetricShardCount> shards_;
};

}  // namespace perfecthash
