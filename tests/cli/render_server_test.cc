#include "cli/render_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(RenderServerTest, InfoShowsLoadLimitsAndFunctions) {
  v1::ServerInfo server;
  server.set_io_backend("io_uring");
  server.set_io_backend_reason("available");
  server.mutable_load()->set_threads(15);
  server.mutable_load()->set_threads_budget(20);
  server.mutable_limits()->set_max_items_per_job(100'000);
  server.add_hash_functions()->set_name("Jenkins");
  EXPECT_THAT(
      RenderServer(server),
      AllOf(HasSubstr("io_uring (available)"), HasSubstr("15 of at most 20"),
            HasSubstr("100,000"), HasSubstr("Jenkins")));
}

TEST(RenderServerTest, NodesAreATable) {
  v1::ListNodesResponse nodes;
  v1::Node& node = *nodes.add_nodes();
  node.add_cpus(0);
  node.add_cpus(1);
  node.set_threads(2);
  node.set_threads_bound(true);
  node.set_memory_bytes(std::int64_t{1} << 30);
  EXPECT_EQ(RenderNodes(nodes),
            "NODE  CPUS  THREADS  BOUND  STATE    RUNNING   MEMORY\n"
            "   0  0,1         2  yes    drained        0  1.0 GiB\n");
  node.set_schedulable(true);
  EXPECT_THAT(RenderNodes(nodes), HasSubstr("in use"));
}

TEST(RenderServerTest, StatsTellWhatIsOutstanding) {
  v1::EngineStats stats;
  stats.set_work_outstanding(3);
  v1::BufferClassStats& buffers = *stats.add_nodes()->add_buffer_classes();
  buffers.set_payload_bytes(4096);
  buffers.set_misses(77);
  buffers.set_waits(5);
  EXPECT_THAT(RenderStats(stats),
              AllOf(HasSubstr("Work outstanding  3"), HasSubstr("4.0 KiB"),
                    HasSubstr("MISSES  WAITS"), HasSubstr("77      5")));
}

TEST(RenderServerTest, WorkTellsHowMuchIsNotShown) {
  v1::ListWorkResponse work;
  work.add_work()->set_stage("solve");
  work.set_total(1234);
  EXPECT_THAT(RenderWork(work),
              AllOf(HasSubstr("solve"), HasSubstr("1 of 1,234 unfinished"),
                    Not(HasSubstr("STALLED"))));
}

TEST(RenderServerTest, WorkWithoutProgressStandsOut) {
  v1::ListWorkResponse work;
  work.add_work()->mutable_progress_age()->set_seconds(65);
  work.mutable_work(0)->set_stalled(true);
  EXPECT_THAT(RenderWork(work), HasSubstr("STALLED 1m 05s"));
}

}  // namespace
}  // namespace perfecthash
