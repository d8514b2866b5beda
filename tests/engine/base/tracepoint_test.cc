#include "engine/base/tracepoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace perfecthash {
namespace {

TEST(TracepointTest, WithoutATracerNothingHappens) {
  EXPECT_THAT(TracepointKind(), testing::AnyOf("usdt", "none"));
  TraceOperationSubmit(nullptr, 1, 2);
  TraceOperationComplete(nullptr, 1, 2, 3);
  TraceSliceBegin("table", 1, 2);
  TraceSliceEnd("table", 2);
  TraceLaneAdded("table", 2);
  TraceMemoryWaitBegin(nullptr, 1, 2);
  TraceMemoryWaitEnd(nullptr, 1, 1);
}

}  // namespace
}  // namespace perfecthash
