#include "service/rpc/reflection_service.h"

#include <set>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "grpcpp/support/server_callback.h"
#include "service/rpc/rpc_status.h"

namespace perfecthash {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using grpc::reflection::v1alpha::ServerReflectionRequest;
using grpc::reflection::v1alpha::ServerReflectionResponse;

// One question at a time; deletes itself when the call is over.
class ReflectionReactor
    : public grpc::ServerBidiReactor<ServerReflectionRequest,
                                     ServerReflectionResponse> {
 public:
  explicit ReflectionReactor(const ReflectionService& service)
      : service_(service) {
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(ToRpcStatus(absl::OkStatus()));
    response_.Clear();
    service_.Reply(request_, &response_);
    StartWrite(&response_);
  }

  void OnWriteDone(bool ok) override {
    // After a failed write the read fails too, and ends the call.
    StartRead(&request_);
  }

  void OnDone() override { delete this; }

 private:
  const ReflectionService& service_;
  ServerReflectionRequest request_;
  ServerReflectionResponse response_;
};

// Adds the file after those that it imports, each once.
void AddFile(const FileDescriptor* file, std::set<std::string>* added,
             ServerReflectionResponse* response) {
  if (!added->insert(file->name()).second) return;
  for (int i = 0; i < file->dependency_count(); ++i) {
    AddFile(file->dependency(i), added, response);
  }
  google::protobuf::FileDescriptorProto proto;
  file->CopyTo(&proto);
  proto.SerializeToString(response->mutable_file_descriptor_response()
                              ->add_file_descriptor_proto());
}

void AddFileOrError(const FileDescriptor* file, const std::string& what,
                    ServerReflectionResponse* response) {
  if (file != nullptr) {
    std::set<std::string> added;
    AddFile(file, &added, response);
    return;
  }
  auto* error = response->mutable_error_response();
  error->set_error_code(static_cast<int>(absl::StatusCode::kNotFound));
  error->set_error_message("there is no " + what);
}

}  // namespace

grpc::ServerBidiReactor<ServerReflectionRequest, ServerReflectionResponse>*
ReflectionService::ServerReflectionInfo(grpc::CallbackServerContext* context) {
  return new ReflectionReactor(*this);
}

void ReflectionService::Reply(const ServerReflectionRequest& request,
                              ServerReflectionResponse* response) const {
  const DescriptorPool& pool = *DescriptorPool::generated_pool();
  response->set_valid_host(request.host());
  *response->mutable_original_request() = request;
  switch (request.message_request_case()) {
    case ServerReflectionRequest::kListServices:
      for (const std::string& name : service_names_) {
        response->mutable_list_services_response()->add_service()->set_name(
            name);
      }
      return;
    case ServerReflectionRequest::kFileByFilename:
      return AddFileOrError(pool.FindFileByName(request.file_by_filename()),
                            request.file_by_filename(), response);
    case ServerReflectionRequest::kFileContainingSymbol:
      return AddFileOrError(
          pool.FindFileContainingSymbol(request.file_containing_symbol()),
          request.file_containing_symbol(), response);
    default:
      // proto3 has no extensions.
      return AddFileOrError(nullptr, "such extension", response);
  }
}

}  // namespace perfecthash
