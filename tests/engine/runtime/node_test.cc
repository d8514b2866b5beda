#include "engine/runtime/node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "engine/coroutine/detached_task.h"
#include "engine/io/completion_port_factory.h"
#include "engine/runtime/worker_id.h"
#include "tests/engine/runtime/synthetic_topology.h"

namespace perfecthash {
namespace {

using ::testing::HasSubstr;

// A node without workers, driven by the test.
class NodeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    topology_ = SyntheticTopology("numa:2 core:2 pu:1");
    auto created = CreateCompletionPort({});
    ASSERT_TRUE(created.ok()) << created.status();
    node_ = std::make_unique<Node>(*topology_, topology_->nodes()[1],
                                   std::move(created->port),
                                   NodeOptions{.index = 1, .worker_count = 0});
    ASSERT_TRUE(node_->Start().ok());
  }

  // Resumes until nothing is ready; how often.
  int RunUntilIdle() {
    int count = 0;
    while (node_->RunCompletions(std::chrono::nanoseconds(0)) > 0) ++count;
    return count;
  }

  std::shared_ptr<const Topology> topology_;
  std::unique_ptr<Node> node_;
};

DetachedTask Write(Node& node, char letter, int slice_count,
                   std::string& written) {
  for (int i = 0; i < slice_count; ++i) {
    co_await node.Schedule();
    EXPECT_EQ(CurrentWorker(), (WorkerId{1, 0}));
    written += letter;
  }
}

TEST_F(NodeTest, KnowsItsPlace) {
  EXPECT_EQ(node_->index(), 1);
  EXPECT_EQ(node_->id(), 1);
  EXPECT_EQ(node_->place().cpus.size(), 2u);
  EXPECT_EQ(node_->worker_count(), 0);
  EXPECT_EQ(node_->worker_slot_count(), 1);
  EXPECT_FALSE(node_->threads_bound());
}

TEST_F(NodeTest, NothingResumesBeforeItsOwnerSaysSo) {
  std::string written;
  Write(*node_, 'a', 1, written);
  EXPECT_EQ(written, "");
  EXPECT_EQ(RunUntilIdle(), 1);
  EXPECT_EQ(written, "a");
  EXPECT_FALSE(CurrentWorker().valid());
}

TEST_F(NodeTest, TasksThatGiveWayTakeTurns) {
  std::string written;
  for (const char letter : {'a', 'b', 'c'}) Write(*node_, letter, 3, written);
  RunUntilIdle();
  EXPECT_EQ(written, "abcabcabc");
}

TEST_F(NodeTest, CountsResumptionsAndTheirTime) {
  std::string written;
  Write(*node_, 'a', 5, written);
  RunUntilIdle();
  const NodeStats stats = node_->Stats();
  EXPECT_EQ(stats.id, 1);
  EXPECT_EQ(stats.resume_time.count, 5u);
  EXPECT_EQ(stats.port.posted_count, 5u);
  EXPECT_EQ(stats.port.outstanding_count(), 0u);
}

TEST_F(NodeTest, StopNamesWhatIsLeftInItsPort) {
  std::string written;
  Write(*node_, 'a', 1, written);
  const absl::Status status = node_->Stop();
  EXPECT_THAT(std::string(status.message()), HasSubstr("1 ready"));
  RunUntilIdle();  // a closed port still hands out what is ready
  EXPECT_EQ(written, "a");
}

TEST_F(NodeTest, StopNamesABufferThatIsStillOut) {
  auto buffer = node_->pool().Take(1, "forgotten");
  ASSERT_TRUE(buffer.ok());
  EXPECT_THAT(std::string(node_->Stop().message()), HasSubstr("forgotten"));
  buffer->Return();
  EXPECT_TRUE(node_->Stop().ok());
}

}  // namespace
}  // namespace perfecthash
