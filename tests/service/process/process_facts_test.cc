#include "service/process/process_facts.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace perfecthash {
namespace {

TEST(ProcessFactsTest, CountThreadsAndMemory) {
  const auto before = ReadProcessFacts();
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_GT(before->memory_resident_bytes, 1u << 20);
  std::promise<void> go_on;
  std::thread thread([&] { go_on.get_future().wait(); });
  EXPECT_EQ(ReadProcessFacts()->thread_count, before->thread_count + 1);
  go_on.set_value();
  thread.join();
  EXPECT_GT(*RaiseOpenFileLimit(), 0u);
  EXPECT_GT(PhysicalMemoryBytes(), std::uint64_t{1} << 28);
}

}  // namespace
}  // namespace perfecthash
