#include "engine/metrics/counter.h"

namespace perfecthash {

std::size_t MetricShard() {
  static std::atomic<std::size_t> thread_count{0};
  // Relaxed: only the spread matters, not the order.
  thread_local const std::size_t shard =
      thread_count.fetch_add(1, std::memory_order_relaxed) % kMetricShardCount;
  return shard;
}

std::uint64_t Counter::Value() const {
  std::uint64_t sum = 0;
  for (const Shard& shard : shards_) {
    sum += shard.value.load(std::memory_order_relaxed);
  }
  return sum;
}

}  // namespace perfecthash
