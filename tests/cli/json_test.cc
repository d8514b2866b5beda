#include "cli/json.h"

#include <google/protobuf/any.pb.h>
#include <gtest/gtest.h>

#include "perfecthash/v1/job.pb.h"
#include "perfecthash/v1/server.pb.h"

namespace perfecthash {
namespace {

TEST(JsonTest, ZeroFieldsAreWritten) {
  EXPECT_EQ(ToJson(v1::ServerLoad(), JsonLayout::kOneLine),
            R"({"jobsQueued":0,"jobsRunning":0,"itemsQueued":"0",)"
            R"("itemsRunning":"0","watchers":0,"threads":0,)"
            R"("threadsBudget":0,"memoryResidentBytes":"0"})");
}

TEST(JsonTest, AFailedItemIsGolden) {
  v1::JobItem item;
  item.set_name("jobs/1/items/2");
  item.set_index(2);
  item.set_item_id("kernel32");
  item.set_state(v1::JobItem::STATE_FAILED);
  item.mutable_error()->set_code(3);
  item.mutable_error()->set_message("key 7 occurs twice");
  v1::ErrorInfo cause;
  cause.set_reason("DUPLICATE_KEYS");
  cause.set_domain("perfecthash");
  auto& any = *item.mutable_error()->add_details();
  any.set_type_url("type.googleapis.com/google.rpc.ErrorInfo");
  any.set_value(cause.SerializeAsString());
  EXPECT_EQ(
      ToJson(item, JsonLayout::kOneLine),
      R"({"name":"jobs/1/items/2","index":2,"itemId":"kernel32",)"
      R"("state":"STATE_FAILED","error":{"code":3,)"
      R"("message":"key 7 occurs twice","details":[)"
      R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo",)"
      R"("reason":"DUPLICATE_KEYS","domain":"perfecthash","metadata":{}}]},)"
      R"("nodeId":0})");
}

TEST(JsonTest, AnUnknownDetailShowsItsTypeAlone) {
  v1::Status error;
  auto& any = *error.add_details();
  any.set_type_url("type.googleapis.com/google.rpc.Novelty");
  any.set_value("\x0a\x01x");
  EXPECT_EQ(ToJson(error, JsonLayout::kOneLine),
            R"({"code":0,"message":"","details":[)"
            R"({"@type":"type.googleapis.com/google.rpc.Novelty"}]})");
}

TEST(JsonTest, IndentedJsonHasALinePerField) {
  v1::ListWorkRequest request;
  EXPECT_EQ(ToJson(request, JsonLayout::kIndented), "{\n \"pageSize\": 0\n}");
}

}  // namespace
}  // namespace perfecthash
