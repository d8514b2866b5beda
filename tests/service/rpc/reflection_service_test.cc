#include "service/rpc/reflection_service.h"

#include <gtest/gtest.h>

namespace perfecthash {
namespace {

TEST(ReflectionServiceTest, ListsServicesAndTheirFiles) {
  using grpc::reflection::v1alpha::ServerReflectionRequest;
  using grpc::reflection::v1alpha::ServerReflectionResponse;
  const ReflectionService service({"perfecthash.v1.JobService"});
  ServerReflectionRequest request;
  ServerReflectionResponse response;
  request.set_list_services("");
  service.Reply(request, &response);
  EXPECT_EQ(response.list_services_response().service(0).name(),
            "perfecthash.v1.JobService");
  response.Clear();
  request.set_file_containing_symbol("perfecthash.v1.JobService");
  service.Reply(request, &response);
  // job.proto and the six files that it imports.
  EXPECT_EQ(response.file_descriptor_response().file_descriptor_proto_size(),
            7);
  response.Clear();
  request.set_file_by_filename("perfecthash/v1/error.proto");
  service.Reply(request, &response);
  EXPECT_EQ(response.file_descriptor_response().file_descriptor_proto_size(),
            3);
  response.Clear();
  request.set_file_containing_symbol("no.Such");
  service.Reply(request, &response);
  EXPECT_EQ(response.error_response().error_code(), 5);
}

}  // namespace
}  // namespace perfecthash
