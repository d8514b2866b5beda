#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/runtime/runtime.h"
#include "tests/engine/runtime/synthetic_topology.h"

namespace perfecthash {
namespace {

using ::testing::ElementsAre;

std::vector<double> Values(const MetricsSnapshot& snapshot,
                           const std::string& name) {
  std::vector<double> values;
  for (const MetricsSnapshot::Number& number : snapshot.numbers) {
    if (number.name == name) values.push_back(number.value);
  }
  return values;
}

TEST(RuntimeMetricsTest, EveryNodeIsCountedAndTheBudgetOnce) {
  auto runtime =
      Runtime::Create({.memory_bytes_max = 1 << 20,
                       .topology = SyntheticTopology("numa:2 core:2 pu:1")});
  ASSERT_TRUE(runtime.ok()) << runtime.status();
  {
    const auto buffer = (*runtime)->node(1).pool().Take(1, "test");
  }
  MetricsSnapshot snapshot;
  (*runtime)->AppendMetrics(snapshot);
  EXPECT_EQ(snapshot.distributions.size(), 2u);
  EXPECT_THAT(Values(snapshot, "node_workers"), ElementsAre(2, 2));
  EXPECT_THAT(Values(snapshot, "port_in_flight"), ElementsAre(0, 0));
  EXPECT_THAT(Values(snapshot, "buffer_payload_bytes"), ElementsAre(4096));
  EXPECT_THAT(Values(snapshot, "memory_budget_bytes"), ElementsAre(1 << 20));
  EXPECT_THAT(Values(snapshot, "roots_outstanding"), ElementsAre(0));
  for (const MetricsSnapshot::Number& number : snapshot.numbers) {
    if (number.name != "buffer_payload_bytes") continue;
    EXPECT_THAT(number.labels,
                ElementsAre(std::pair<std::string, std::string>("node", "1"),
                            std::pair<std::string, std::string>(
                                "capacity_bytes", "4096")));
  }
}

}  // namespace
}  // namespace perfecthash
