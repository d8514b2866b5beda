#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace perfecthash {

// Threads are spread over this many shards, each on cache lines of its own.
inline constexpr std::size_t kMetricShardCount = 16;

// The calling thread's shard: threads are numbered as they first ask.
std::size_t MetricShard();

// A sum that many threads add to, each in its own shard. All accesses are
// relaxed: a counter orders nothing, and Value() is exact once the adding
// threads have been joined or otherwise synchronised with. Thread-safe.
class Counter {
 public:
  void Add(std::uint64_t amount = 1) {
    shards_[MetricShard()].value.fetch_add(amount, std::memory_order_relaxed);
  }
  std::uint64_t Value() const;

 private:
  struct alignas(64) Shard {
    std::atomic<std::uint64_t> value{0};
  };
  std::array<Shard, kMetricShardCount> shards_;
};

}  // namespace perfecthash
