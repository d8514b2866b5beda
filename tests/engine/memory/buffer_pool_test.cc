#include "engine/memory/buffer_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace perfecthash {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::size_t kKib = 1024;
constexpr std::size_t kMib = 1024 * kKib;

class BufferPoolTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto topology = Topology::Detect();
    ASSERT_TRUE(topology.ok()) << topology.status();
    topology_ = *std::move(topology);
    MakePool({});
  }

  void MakePool(BufferPool::Options options) {
    pool_ = std::make_unique<BufferPool>(*topology_, topology_->nodes()[0],
                                         options);
  }

  Buffer Take(std::size_t bytes, const char* purpose = "test") {
    auto buffer = pool_->Take(bytes, purpose);
    EXPECT_TRUE(buffer.ok()) << buffer.status();
    return *std::move(buffer);
  }

  std::unique_ptr<Topology> topology_;
  std::unique_ptr<BufferPool> pool_;
};

TEST_F(BufferPoolTest, CapacityIsTheNextPowerOfTwoFromFourKib) {
  const std::pair<std::size_t, std::size_t> cases[] = {
      {0, 4 * kKib},          {1, 4 * kKib},
      {4 * kKib, 4 * kKib},   {4 * kKib + 1, 8 * kKib},
      {16 * kMib, 16 * kMib}, {16 * kMib + 1, 32 * kMib},
  };
  for (const auto& [bytes, capacity_bytes] : cases) {
    EXPECT_EQ(BufferPool::CapacityFor(bytes), capacity_bytes);
    const Buffer buffer = Take(bytes);
    EXPECT_EQ(buffer.capacity_bytes(), capacity_bytes);
    EXPECT_EQ(buffer.span().size(), capacity_bytes);
    buffer.data()[0] = 1;
    buffer.data()[capacity_bytes - 1] = 1;
  }
}

TEST_F(BufferPoolTest, LastReturnedBufferIsTakenFirst) {
  Buffer first = Take(100);
  Buffer second = Take(100);
  std::uint8_t* const first_data = first.data();
  EXPECT_NE(first_data, second.data());
  second.Return();
  first.Return();
  EXPECT_EQ(first.data(), nullptr);
  EXPECT_EQ(Take(200).data(), first_data);
}

TEST_F(BufferPoolTest, CountsHitsMissesAndUse) {
  {
    const Buffer first = Take(5000);
    const Buffer second = Take(5000);
    const BufferPoolStats stats = pool_->Stats();
    EXPECT_EQ(stats.in_use_bytes, 16 * kKib);
  }
  const Buffer third = Take(8000);
  const BufferPoolStats stats = pool_->Stats();
  ASSERT_EQ(stats.classes.size(), 1u);
  EXPECT_EQ(stats.classes[0].capacity_bytes, 8 * kKib);
  EXPECT_EQ(stats.classes[0].payload_bytes, 16 * kKib);
  EXPECT_EQ(stats.classes[0].buffer_count, 2u);
  EXPECT_EQ(stats.classes[0].in_use_count, 1u);
  EXPECT_EQ(stats.classes[0].in_use_count_max, 2u);
  EXPECT_EQ(stats.classes[0].hits, 1u);
  EXPECT_EQ(stats.classes[0].misses, 2u);
  EXPECT_EQ(stats.payload_bytes, 16 * kKib);
  EXPECT_EQ(stats.in_use_bytes, 8 * kKib);
}

TEST_F(BufferPoolTest, CountsWaitsByTheClassThatWasWaitedFor) {
  pool_->CountWait(5000);
  pool_->CountWait(8000);
  pool_->CountWait(1);
  const BufferPoolStats stats = pool_->Stats();
  ASSERT_EQ(stats.classes.size(), 2u);
  EXPECT_EQ(stats.classes[0].waits, 1u);
  EXPECT_EQ(stats.classes[1].capacity_bytes, 8 * kKib);
  EXPECT_EQ(stats.classes[1].waits, 2u);
  EXPECT_EQ(stats.payload_bytes, 0u);
}

TEST_F(BufferPoolTest, MovedBufferReturnsOnce) {
  Buffer buffer = Take(1);
  Buffer other = std::move(buffer);
  EXPECT_EQ(buffer.data(), nullptr);
  buffer = std::move(other);
  buffer = Take(1);
  EXPECT_EQ(pool_->Stats().in_use_bytes, 4 * kKib);
}

TEST_F(BufferPoolTest, TrimFreesIdleBuffersOnly) {
  const Buffer kept = Take(1);
  Take(64 * kKib);
  Take(32 * kMib);
  EXPECT_EQ(pool_->Trim(), 64 * kKib + 32 * kMib);
  EXPECT_EQ(pool_->Stats().payload_bytes, 4 * kKib);
  EXPECT_EQ(pool_->Trim(), 0u);
}

TEST_F(BufferPoolTest, TrimIdleFreesOversizeBuffersNobodyTookSinceTheLast) {
  Take(64 * kKib);
  Take(20 * kMib);
  EXPECT_EQ(pool_->TrimIdle(), 0u);
  Take(20 * kMib);
  EXPECT_EQ(pool_->TrimIdle(), 0u);
  EXPECT_EQ(pool_->TrimIdle(), 32 * kMib);
  EXPECT_EQ(pool_->Stats().payload_bytes, 64 * kKib);
}

TEST_F(BufferPoolTest, FreesIdleBuffersBeforeItGrowsBeyondItsLimit) {
  MakePool({.payload_bytes_max = 64 * kKib});
  Take(32 * kKib);
  Take(16 * kKib);
  EXPECT_EQ(pool_->Stats().payload_bytes, 48 * kKib);
  const Buffer buffer = Take(64 * kKib);
  EXPECT_EQ(pool_->Stats().payload_bytes, 64 * kKib);
  // What is in use counts, but does not stop who has a reservation.
  const Buffer beyond = Take(64 * kKib);
  EXPECT_EQ(pool_->Stats().payload_bytes, 128 * kKib);
}

TEST_F(BufferPoolTest, RundownNamesWhatIsStillOut) {
  Buffer keys = Take(1, "keys");
  Buffer more_keys = Take(1, "keys");
  Buffer graph = Take(1 * kMib, "graph");
  Take(64 * kKib, "table");
  const absl::Status status = pool_->Rundown();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(
      std::string(status.message()),
      AllOf(HasSubstr("2 x 4096 bytes (keys)"),
            HasSubstr("1 x 1048576 bytes (graph)"), Not(HasSubstr("table"))));
  keys.Return();
  more_keys.Return();
  graph.Return();
  EXPECT_EQ(pool_->Rundown(), absl::OkStatus());
  EXPECT_EQ(pool_->Stats().payload_bytes, 0u);
}

TEST_F(BufferPoolTest, NothingCanBeTakenAfterRundown) {
  EXPECT_TRUE(pool_->Rundown().ok());
  EXPECT_EQ(pool_->Take(1, "late").status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(BufferPoolTest, RefusesWhatNoPoolCanHold) {
  EXPECT_EQ(
      pool_->Take(BufferPool::kCapacityBytesMax + 1, "huge").status().code(),
      absl::StatusCode::kInvalidArgument);
}

TEST_F(BufferPoolTest, FailureOfTheSystemLeavesThePoolUsable) {
  // Some systems grant a terabyte of address space; both answers are fine.
  {
    const auto buffer = pool_->Take(BufferPool::kCapacityBytesMax, "huge");
  }
  EXPECT_EQ(pool_->Stats().in_use_bytes, 0u);
  Take(1);
  EXPECT_TRUE(pool_->Rundown().ok());
}

TEST_F(BufferPoolTest, ItsPagesComeFromWhereItIsTold) {
  bool refuses = true;
  BufferPool pool(
      *topology_, topology_->nodes()[0],
      {.pages = [&refuses](const Topology& topology, const NumaNode& place,
                           std::size_t bytes, NodePages::Guard guard) {
        return refuses ? absl::ResourceExhaustedError("as asked for")
                       : NodePages::Allocate(topology, place, bytes, guard);
      }});
  EXPECT_TRUE(absl::IsResourceExhausted(pool.Take(1, "test").status()));
  EXPECT_EQ(pool.payload_bytes(), 0u);
  refuses = false;
  {
    EXPECT_TRUE(pool.Take(1, "test").ok());
  }
  refuses = true;
  EXPECT_TRUE(pool.Take(1, "test").ok()) << "it has one left";
}

TEST_F(BufferPoolTest, OverrunIntoTheNextPageCannotReachTheBookkeeping) {
  MakePool({.guard = NodePages::Guard::kTrailingPage});
  const Buffer buffer = Take(4 * kKib);
  std::fill_n(buffer.data(), 4 * kKib, std::uint8_t{0xff});
  volatile std::uint8_t* const behind = buffer.data() + 4 * kKib;
  EXPECT_DEATH(*behind = 1, "");
}

// Every thread stamps its buffers and finds the stamps unharmed, so no buffer
// was lent twice; buffers travel between threads before they are returned.
TEST_F(BufferPoolTest, ManyThreadsTakeAndReturnWithoutSharingABuffer) {
  constexpr unsigned kThreads = 4;
  constexpr int kRounds = 2000;
  std::vector<std::thread> threads;
  for (unsigned id = 0; id < kThreads; ++id) {
    threads.emplace_back([this, id] {
      std::mt19937 random(id);
      std::deque<Buffer> held;
      for (int round = 0; round < kRounds; ++round) {
        auto buffer = pool_->Take(std::size_t{1} << (random() % 17), "stamped");
        ASSERT_TRUE(buffer.ok());
        buffer->data()[0] = static_cast<std::uint8_t>(id);
        held.push_back(*std::move(buffer));
        if (held.size() > 8) {
          ASSERT_EQ(held.front().data()[0], id);
          held.pop_front();
        }
        if (random() % 64 == 0) pool_->Trim();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(pool_->Stats().in_use_bytes, 0u);
  EXPECT_TRUE(pool_->Rundown().ok());
}

}  // namespace
}  // namespace perfecthash
