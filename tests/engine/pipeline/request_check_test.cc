#include "engine/pipeline/request_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <memory>
#include <string>

#include "engine/base/error_reason.h"

namespace perfecthash {
namespace {

using ::testing::StartsWith;

void ExpectRefused(const absl::Status& status, const std::string& message) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(status), "INVALID_FIELD");
  EXPECT_THAT(std::string(status.message()), StartsWith(message));
}

TEST(RequestCheckTest, TheDefaultOptionsPass) {
  EXPECT_EQ(CheckTableOptions({}), absl::OkStatus());
}

TEST(RequestCheckTest, BadOptionsAreNamed) {
  TableOptions options;
  options.key_width = static_cast<KeyWidth>(3);
  ExpectRefused(CheckTableOptions(options), "key_width: 3 bytes");
  options = {};
  options.solve_time_max = std::chrono::nanoseconds(-5);
  ExpectRefused(CheckTableOptions(options), "solve_time_max: -5 ns");
  options = {};
  options.lanes.max = 5'000;
  ExpectRefused(CheckTableOptions(options), "lanes.max: 5000 is not in 0");
  options = {};
  options.lanes.increase_after = std::chrono::nanoseconds(-1);
  ExpectRefused(CheckTableOptions(options), "lanes.increase_after: -1 ns");
}

TEST(RequestCheckTest, ASubsetOfKeysBelongsToPredicatesOfOne) {
  TableOptions options;
  options.best_graph = {.predicate = *FindCoveragePredicate("LowestRank")};
  EXPECT_EQ(CheckTableOptions(options), absl::OkStatus());
  options.best_graph->keys_subset = {1};
  ExpectRefused(
      CheckTableOptions(options),
      "best_graph.keys_subset: is given, but not looked at by LowestRank");
  options.best_graph->predicate =
      *FindCoveragePredicate("LowestNumberOfPagesUsedByKeysSubset");
  EXPECT_EQ(CheckTableOptions(options), absl::OkStatus());
  options.best_graph->keys_subset.resize(10'001);
  ExpectRefused(
      CheckTableOptions(options),
      "best_graph.keys_subset: has 10001 keys, more than the limit of");
  options.best_graph->keys_subset.clear();
  ExpectRefused(CheckTableOptions(options),
                "best_graph.keys_subset: is empty, but needed by "
                "LowestNumberOfPagesUsedByKeysSubset");
}

TEST(RequestCheckTest, ATargetIsANumber) {
  TableOptions options;
  options.best_graph = {.predicate = *FindCoveragePredicate("LowestRank"),
                        .target_value = 0.5};
  EXPECT_EQ(CheckTableOptions(options), absl::OkStatus());
  options.best_graph->target_value = std::nan("");
  ExpectRefused(CheckTableOptions(options), "best_graph.target_value");
}

TEST(RequestCheckTest, TheSolverIsAskedForItsOptions) {
  TableOptions options;
  options.solver.hash_function = "Nonsense";
  ExpectRefused(CheckTableOptions(options), "solver.hash_function");
  options = {};
  options.solver.kernel = "abacus";
  ExpectRefused(CheckTableOptions(options), "solver.kernel");
}

TEST(RequestCheckTest, ARequestNeedsNameKeysAndOptions) {
  TableRequest good;
  good.name = "a";
  good.keys = KeyFile{"/keys/a"};
  good.options = std::make_shared<const TableOptions>();
  EXPECT_EQ(CheckTableRequest(good), absl::OkStatus());
  TableRequest bad = good;
  bad.name.clear();
  ExpectRefused(CheckTableRequest(bad), "name: is empty");
  bad = good;
  bad.options = nullptr;
  ExpectRefused(CheckTableRequest(bad), "options: are missing");
  bad = good;
  bad.keys = KeyFile{};
  ExpectRefused(CheckTableRequest(bad), "keys.path: is empty");
  bad.keys = KeyFile{std::string("a\0b", 3)};
  ExpectRefused(CheckTableRequest(bad), "keys.path: the path holds a NUL");
  bad.keys = KeyBytes{};
  ExpectRefused(CheckTableRequest(bad), "keys.bytes: are missing");
  bad = good;
  bad.output_directory = std::string("\0", 1);
  ExpectRefused(CheckTableRequest(bad), "output_directory: the path");
}

}  // namespace
}  // namespace perfecthash
