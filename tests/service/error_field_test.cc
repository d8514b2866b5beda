// metadata.field of an error is the path of a field in the request of its call.
#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <string>

#include "google/protobuf/descriptor.h"
#include "tests/service/service_fixture.h"

namespace perfecthash {
namespace {

// Whether "items[3].keys.key_set" leads to a field of such messages.
bool LeadsToField(const google::protobuf::Descriptor* message,
                  std::string path) {
  while (message != nullptr) {
    const std::size_t dot = path.find('.');
    std::string name = path.substr(0, dot);
    name = name.substr(0, name.find('['));
    const auto* field = message->FindFieldByName(name);
    if (field == nullptr) return false;
    if (dot == path.npos) return true;
    path = path.substr(dot + 1);
    message = field->message_type();
  }
  return false;
}

class ErrorFieldTest : public ServiceFixture {
 protected:
  // The call of `request`, which is wrong in `field` alone.
  template <typename Request>
  static void ExpectField(
      const Request& request, const std::string& field,
      const std::function<grpc::Status(Context&, const Request&)>& call) {
    Context context;
    const grpc::Status status = call(context, request);
    const v1::ErrorInfo info = ErrorInfoOf(status);
    const auto told = info.metadata().find("field");
    ASSERT_NE(told, info.metadata().end()) << status.error_message();
    EXPECT_EQ(told->second, field) << status.error_message();
    EXPECT_TRUE(LeadsToField(Request::descriptor(), field)) << field;
    // A path that is not allowed, or not there, begins the message itself.
    if (info.reason() == "INVALID_FIELD") {
      EXPECT_EQ(status.error_message().rfind(field, 0), 0u)
          << status.error_message();
    }
  }

  void ExpectTableField(const v1::CreateTableJobRequest& request,
                        const std::string& field) {
    ExpectField<v1::CreateTableJobRequest>(
        request, field, [this](Context& context, const auto& sent) {
          v1::Job job;
          return jobs_->CreateTableJob(&context, sent, &job);
        });
  }

  // As CreateBulkJob, and as the job of a RunBulkJob.
  void ExpectBulkField(const v1::CreateBulkJobRequest& request,
                       const std::string& field) {
    ExpectField<v1::CreateBulkJobRequest>(
        request, field, [this](Context& context, const auto& sent) {
          v1::Job job;
          return jobs_->CreateBulkJob(&context, sent, &job);
        });
    v1::RunBulkJobRequest run;
    *run.mutable_job() = request;
    ExpectRunField(run, "job." + field);
  }

  void ExpectRunField(const v1::RunBulkJobRequest& request,
                      const std::string& field) {
    ExpectField<v1::RunBulkJobRequest>(
        request, field, [this](Context& context, const auto& sent) {
          v1::WatchJobResponse response;
          auto reader = jobs_->RunBulkJob(&context, sent);
          EXPECT_FALSE(reader->Read(&response));
          return reader->Finish();
        });
  }

  // Of a unary call whose request has nothing but a bad name.
  template <typename Request, typename Response, typename Stub>
  void ExpectName(Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*,
                                               const Request&, Response*),
                  const std::string& field) {
    Request request;
    const auto* name = Request::descriptor()->FindFieldByName(field);
    ASSERT_NE(name, nullptr);
    request.GetReflection()->SetString(&request, name, "nonsense");
    ExpectField<Request>(request, field,
                         [&](Context& context, const Request& sent) {
                           Response response;
                           return (stub.*method)(&context, sent, &response);
                         });
  }
};

TEST_F(ErrorFieldTest, CreateTableJob) {
  v1::CreateTableJobRequest request;
  ExpectTableField(request, "keys");
  request.mutable_keys()->set_server_path("relative");
  ExpectTableField(request, "keys.server_path");
  request.mutable_keys()->set_server_path("/elsewhere");
  ExpectTableField(request, "keys.server_path");
  request.mutable_keys()->set_server_path(folder_ / "none");
  ExpectTableField(request, "keys.server_path");
  request.mutable_keys()->set_key_set("nonsense");
  ExpectTableField(request, "keys.key_set");
  request.mutable_keys()->set_inline_keys("abcd");
  request.mutable_keys()->set_key_size_bytes(3);
  ExpectTableField(request, "keys.key_size_bytes");
  request.mutable_keys()->set_key_size_bytes(4);
  request.mutable_table_options()->set_max_attempts(-1);
  ExpectTableField(request, "table_options.max_attempts");
  request.clear_table_options();
  request.set_request_id("nonsense");
  ExpectTableField(request, "request_id");
  request.clear_request_id();
  request.mutable_wait()->set_seconds(-1);
  ExpectTableField(request, "wait");
}

TEST_F(ErrorFieldTest, CreateBulkJobAndRunBulkJob) {
  v1::CreateBulkJobRequest request;
  v1::ServerDirectory& directory = *request.mutable_directory();
  directory.set_keys_path("relative");
  ExpectBulkField(request, "directory.keys_path");
  directory.set_keys_path(folder_ / "none");
  ExpectBulkField(request, "directory.keys_path");
  folder_.Write("keys/a.keys", "abcd");
  directory.set_keys_path(folder_ / "keys");
  directory.set_output_path("/elsewhere");
  ExpectBulkField(request, "directory.output_path");
  directory.clear_output_path();
  directory.set_key_size_bytes(5);
  ExpectBulkField(request, "directory.key_size_bytes");

  request = Bulk(3);
  request.mutable_items(2)->mutable_keys()->set_key_set("nonsense");
  ExpectBulkField(request, "items[2].keys.key_set");
  request = Bulk(2);
  request.mutable_items(1)->mutable_table_options()->set_max_attempts(-1);
  ExpectBulkField(request, "items[1].table_options.max_attempts");
  request = Bulk(1);
  request.mutable_table_options()->set_max_attempts(-1);
  ExpectBulkField(request, "table_options.max_attempts");

  v1::RunBulkJobRequest run;
  *run.mutable_job() = Bulk(1);
  run.mutable_watch_options()->mutable_min_interval()->set_nanos(1);
  ExpectRunField(run, "watch_options.min_interval");
  run.mutable_watch_options()->clear_min_interval();
  run.mutable_watch_options()->mutable_heartbeat_interval()->set_nanos(1);
  ExpectRunField(run, "watch_options.heartbeat_interval");
}

TEST_F(ErrorFieldTest, NamesOfJobs) {
  using Jobs = v1::JobService::StubInterface;
  Jobs& jobs = *jobs_;
  ExpectName(jobs, &Jobs::GetJob, "name");
  ExpectName(jobs, &Jobs::CancelJob, "name");
  ExpectName(jobs, &Jobs::WaitJob, "name");
  ExpectName(jobs, &Jobs::ListJobItems, "parent");
  ExpectField<v1::WatchJobRequest>(
      {}, "name", [this](Context& context, const auto& sent) {
        v1::WatchJobResponse response;
        auto reader = jobs_->WatchJob(&context, sent);
        EXPECT_FALSE(reader->Read(&response));
        return reader->Finish();
      });
}

TEST_F(ErrorFieldTest, UpdateJob) {
  const auto update = [this](Context& context, const auto& sent) {
    v1::Job job;
    return jobs_->UpdateJob(&context, sent, &job);
  };
  v1::UpdateJobRequest request;
  request.mutable_job()->set_name("nonsense");
  ExpectField<v1::UpdateJobRequest>(request, "job.name", update);

  request.mutable_job()->set_name(CreateBulk(1).name());
  ExpectField<v1::UpdateJobRequest>(request, "update_mask", update);
  request.mutable_update_mask()->add_paths("scheduling_policy.priority");
  request.mutable_job()->mutable_scheduling_policy()->set_priority(9);
  ExpectField<v1::UpdateJobRequest>(request, "job.scheduling_policy.priority",
                                    update);
}

TEST_F(ErrorFieldTest, KeySetsAndArtifacts) {
  v1::FindMissingKeySetsRequest find;
  find.add_sha256("short");
  ExpectField<v1::FindMissingKeySetsRequest>(
      find, "sha256", [this](Context& context, const auto& sent) {
        v1::FindMissingKeySetsResponse response;
        return key_sets_->FindMissingKeySets(&context, sent, &response);
      });
  using Artifacts = v1::ArtifactService::StubInterface;
  Artifacts& artifacts = *artifacts_;
  ExpectName(artifacts, &Artifacts::ListArtifacts, "parent");
  const auto download = [this](Context& context, const auto& sent) {
    v1::DownloadArtifactsResponse response;
    auto reader = artifacts_->DownloadArtifacts(&context, sent);
    EXPECT_FALSE(reader->Read(&response));
    return reader->Finish();
  };
  v1::DownloadArtifactsRequest request;
  ExpectField<v1::DownloadArtifactsRequest>(request, "names", download);
  request.set_parent("jobs/nonsense");
  ExpectField<v1::DownloadArtifactsRequest>(request, "parent", download);
  request.clear_parent();
  request.add_names("jobs/nonsense/items/0/artifacts/a.c");
  ExpectField<v1::DownloadArtifactsRequest>(request, "names", download);
}

}  // namespace
}  // namespace perfecthash
