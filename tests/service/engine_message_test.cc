#include "service/engine_message.h"

#include <gtest/gtest.h>

#include "tests/service/job_builder.h"

namespace perfecthash {
namespace {

TEST(EngineMessageTest, ShowsWhatTheEngineSays) {
  v1::Node node;
  FillNode({.node_id = 1,
            .cpus = {2, 3},
            .threads = 2,
            .memory_bytes = 5,
            .schedulable = false,
            .items_running = 7},
           &node);
  EXPECT_EQ(node.cpus_size(), 2);
  EXPECT_EQ(node.items_running(), 7);
  EXPECT_FALSE(node.schedulable());
  EngineStats stats;
  stats.nodes.emplace_back().buffer_classes.push_back(
      {.misses = 5, .waits = 6});
  stats.nodes[0].port.in_flight_count = 1;
  stats.nodes[0].port.ready_count = 2;
  stats.work_outstanding = 4;
  v1::EngineStats shown;
  FillEngineStats(stats, &shown);
  EXPECT_EQ(shown.nodes(0).operations_outstanding(), 3);
  ASSERT_EQ(shown.nodes(0).buffer_classes_size(), 1);
  EXPECT_EQ(shown.nodes(0).buffer_classes(0).misses(), 5);
  EXPECT_EQ(shown.nodes(0).buffer_classes(0).waits(), 6);
  EXPECT_EQ(shown.work_outstanding(), 4);
  CountingListener listener;
  const auto job = MakeJob(2, &listener);
  v1::Work work;
  WorkItem item;
  item.index = 1;
  item.progress_age = std::chrono::seconds(31);
  item.stalled = true;
  FillWork(item, *job, &work);
  EXPECT_EQ(work.item(), job->name() + "/items/1");
  EXPECT_EQ(work.item_id(), "item 1");
  EXPECT_EQ(work.progress_age().seconds(), 31);
  EXPECT_TRUE(work.stalled());
}

}  // namespace
}  // namespace perfecthash
