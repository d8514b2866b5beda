// Uploads and downloads over real sockets.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "service/artifact_service.h"
#include "service/download_reactor.h"
#include "service/key_set_service.h"
#include "service/upload_reactor.h"
#include "tests/service/service_fixture.h"

namespace perfecthash {
namespace {

Sha256Digest DigestOf(const std::string& text) {
  return Sha256(
      {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::string DigestBytes(const std::string& text) {
  const Sha256Digest digest = DigestOf(text);
  return std::string(digest.begin(), digest.end());
}

class TransferTest : public ServiceFixture {
 protected:
  static void AddWhole(const std::string& content,
                       v1::UploadKeySetsRequest* request) {
    auto* whole = request->add_parts()->mutable_whole();
    whole->set_sha256(DigestBytes(content));
    whole->set_content(content);
  }

  // Files of item 0 of a new, finished job.
  v1::Job MakeJob(const std::map<std::string, std::string>& files) {
    const v1::Job job = CreateBulk(1);
    const JobId id = engine_->last_id();
    const std::filesystem::path directory =
        engine_->spec(id).items[0].output_directory;
    JobObserver::ItemOutcome outcome = FakeEngine::Success();
    for (const auto& [name, content] : files) {
      folder_.Write((directory / name).lexically_relative(folder_.path()),
                    content);
      outcome.result->files.push_back({.filename = name,
                                       .size_bytes = content.size(),
                                       .sha256 = DigestOf(content)});
    }
    engine_->Finish(id, 0, std::move(outcome));
    engine_->End(id);
    return job;
  }
};

TEST_F(TransferTest, OneStreamCarriesManyFiles) {
  Context context;
  v1::UploadKeySetsResponse response;
  auto writer = key_sets_->UploadKeySets(&context, &response);
  v1::FindMissingKeySetsRequest find;
  for (int message = 0; message < 10; ++message) {
    v1::UploadKeySetsRequest request;
    for (int i = 0; i < 20; ++i) {
      const std::string content =
          "keys " + std::to_string(message) + " " + std::to_string(i);
      AddWhole(content, &request);
      find.add_sha256(DigestBytes(content));
    }
    ASSERT_TRUE(writer->Write(request));
  }
  const std::string large(3'000'000, 'k');
  find.add_sha256(DigestBytes(large));
  find.add_sha256(DigestBytes("never sent"));
  v1::UploadKeySetsRequest header;
  header.add_parts()->mutable_header()->set_sha256(DigestBytes(large));
  header.mutable_parts(0)->mutable_header()->set_size_bytes(3'000'000);
  ASSERT_TRUE(writer->Write(header));
  for (int i = 0; i < 3; ++i) {
    v1::UploadKeySetsRequest chunk;
    chunk.add_parts()->set_chunk(large.substr(0, 1'000'000));
    ASSERT_TRUE(writer->Write(chunk));
  }
  v1::UploadKeySetsRequest finish;
  finish.add_parts()->set_finish(true);
  ASSERT_TRUE(writer->Write(finish));
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.stored_count(), 201);
  EXPECT_EQ(response.failures_size(), 0);

  Context find_context;
  v1::FindMissingKeySetsResponse missing;
  ASSERT_TRUE(
      key_sets_->FindMissingKeySets(&find_context, find, &missing).ok());
  ASSERT_EQ(missing.missing_sha256_size(), 1);
  EXPECT_EQ(missing.missing_sha256(0), DigestBytes("never sent"));
}

TEST_F(TransferTest, AnUploadedKeySetCanBeUsed) {
  Context context;
  v1::UploadKeySetsResponse response;
  auto writer = key_sets_->UploadKeySets(&context, &response);
  v1::UploadKeySetsRequest request;
  AddWhole("abcd", &request);
  auto* wrong = request.add_parts()->mutable_whole();
  wrong->set_sha256(DigestBytes("x"));
  wrong->set_content("y");
  ASSERT_TRUE(writer->Write(request));
  writer->WritesDone();
  ASSERT_TRUE(writer->Finish().ok());
  EXPECT_EQ(response.stored_count(), 1);
  ASSERT_EQ(response.failures_size(), 1);
  EXPECT_EQ(response.failures(0).sha256(), DigestBytes("x"));

  Context job_context;
  v1::CreateTableJobRequest create;
  create.mutable_keys()->set_key_set("keySets/" + ToHex(DigestOf("abcd")));
  v1::Job job;
  ASSERT_TRUE(jobs_->CreateTableJob(&job_context, create, &job).ok());
  EXPECT_EQ(TemporaryDirectory::Read(
                std::get<KeyFile>(engine_->spec(1).items[0].keys).path),
            "abcd");
}

TEST_F(TransferTest, PartsOutOfOrderFailTheUpload) {
  Context context;
  v1::UploadKeySetsResponse response;
  auto writer = key_sets_->UploadKeySets(&context, &response);
  v1::UploadKeySetsRequest request;
  request.add_parts()->set_finish(true);
  writer->Write(request);
  writer->WritesDone();
  EXPECT_EQ(ReasonOf(writer->Finish()), "UPLOAD_OUT_OF_ORDER");
}

TEST_F(TransferTest, ABrokenOffUploadLeavesNothing) {
  {
    Context context;
    v1::UploadKeySetsResponse response;
    auto writer = key_sets_->UploadKeySets(&context, &response);
    v1::UploadKeySetsRequest request;
    request.add_parts()->mutable_header()->set_sha256(DigestBytes("abcdef"));
    request.mutable_parts(0)->mutable_header()->set_size_bytes(6);
    request.add_parts()->set_chunk("abc");
    ASSERT_TRUE(writer->Write(request));
    context.TryCancel();
    EXPECT_EQ(writer->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  EXPECT_TRUE(server_->Stop().ok());
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           folder_ / "data/key_sets")) {
    files += entry.is_regular_file() ? 1 : 0;
  }
  EXPECT_EQ(files, 0);
}

TEST_F(TransferTest, BadDigestsAreRefused) {
  Context context;
  v1::FindMissingKeySetsRequest request;
  request.add_sha256("short");
  v1::FindMissingKeySetsResponse response;
  EXPECT_EQ(
      ReasonOf(key_sets_->FindMissingKeySets(&context, request, &response)),
      "INVALID_FIELD");
  ServerOptions options;
  options.limits.digests_per_call_max = 1;
  StartServer(options);
  request.add_sha256("short");
  Context second_context;
  EXPECT_EQ(ReasonOf(key_sets_->FindMissingKeySets(&second_context, request,
                                                   &response)),
            "TOO_MANY_DIGESTS");
}

TEST_F(TransferTest, TransfersAreBounded) {
  ServerOptions options;
  options.limits.transfers_max = 1;
  StartServer(options);
  Context first_context;
  v1::UploadKeySetsResponse response;
  auto first = key_sets_->UploadKeySets(&first_context, &response);
  v1::UploadKeySetsRequest request;
  AddWhole("abcd", &request);
  ASSERT_TRUE(first->Write(request));
  // The first has its place once its file is known.
  const std::string digest = DigestBytes("abcd");
  v1::FindMissingKeySetsResponse missing;
  do {
    Context find_context;
    v1::FindMissingKeySetsRequest find;
    find.add_sha256(digest);
    missing.Clear();
    ASSERT_TRUE(
        key_sets_->FindMissingKeySets(&find_context, find, &missing).ok());
  } while (missing.missing_sha256_size() > 0);
  Context second_context;
  auto second = key_sets_->UploadKeySets(&second_context, &response);
  EXPECT_EQ(ReasonOf(second->Finish()), "TOO_MANY_TRANSFERS");
  first->WritesDone();
  EXPECT_TRUE(first->Finish().ok());
}

TEST_F(TransferTest, AnUploadWhoseClientIsIdleGivesItsPlaceBack) {
  ServerOptions options;
  options.limits.transfers_max = 1;
  options.limits.transfer_stall_max = std::chrono::milliseconds(10);
  StartServer(options);
  for (int ended = 0; ended < 3;) {
    Context context;
    v1::UploadKeySetsResponse response;
    auto writer = key_sets_->UploadKeySets(&context, &response);
    // Neither WritesDone nor a message; the server ends it.
    const grpc::Status status = writer->Finish();
    // The place of the one before is given back a little after its status.
    if (ReasonOf(status) == "TOO_MANY_TRANSFERS") continue;
    ASSERT_EQ(ReasonOf(status), "TRANSFER_STALLED") << status.error_message();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    ++ended;
  }
}

TEST_F(TransferTest, ADownloadWhoseClientTakesNothingIsEnded) {
  ServerOptions options;
  options.limits.transfers_max = 1;
  options.limits.transfer_stall_max = std::chrono::milliseconds(10);
  StartServer(options);
  const v1::Job job = MakeJob({{"large", std::string(50'000'000, 'b')}});
  v1::DownloadArtifactsRequest request;
  request.set_parent(job.name());
  const auto read_all = [](auto& reader) {
    v1::DownloadArtifactsResponse response;
    while (reader.Read(&response)) {
    }
    return reader.Finish();
  };
  Context stalled_context;
  auto stalled = artifacts_->DownloadArtifacts(&stalled_context, request);
  // The first message shows that it has the only place; no more is read until
  // that has been given to another one.
  v1::DownloadArtifactsResponse first;
  ASSERT_TRUE(stalled->Read(&first));
  std::string reason = "TOO_MANY_TRANSFERS";
  while (reason == "TOO_MANY_TRANSFERS") {
    Context context;
    auto other = artifacts_->DownloadArtifacts(&context, request);
    reason = ReasonOf(read_all(*other));
  }
  EXPECT_EQ(read_all(*stalled).error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(TransferTest, AKeySetThatWasRemovedIsMissingAgain) {
  const std::string digest = DigestBytes("abcd");
  const auto upload = [&] {
    Context context;
    v1::UploadKeySetsResponse response;
    auto writer = key_sets_->UploadKeySets(&context, &response);
    v1::UploadKeySetsRequest request;
    AddWhole("abcd", &request);
    EXPECT_TRUE(writer->Write(request));
    writer->WritesDone();
    EXPECT_TRUE(writer->Finish().ok());
    return response.stored_count();
  };
  EXPECT_EQ(upload(), 1);
  EXPECT_EQ(upload(), 0);
  const std::string hex = ToHex(DigestOf("abcd"));
  std::filesystem::remove(
      folder_ / ("data/key_sets/" + hex.substr(0, 2) + "/" + hex + ".keys"));
  Context find_context;
  v1::FindMissingKeySetsRequest find;
  find.add_sha256(digest);
  v1::FindMissingKeySetsResponse missing;
  ASSERT_TRUE(
      key_sets_->FindMissingKeySets(&find_context, find, &missing).ok());
  EXPECT_EQ(missing.missing_sha256_size(), 1);
  Context job_context;
  v1::CreateTableJobRequest create;
  create.mutable_keys()->set_key_set("keySets/" + hex);
  v1::Job job;
  EXPECT_EQ(ReasonOf(jobs_->CreateTableJob(&job_context, create, &job)),
            "KEY_SET_MISSING");
  EXPECT_EQ(upload(), 1);
}

TEST_F(TransferTest, DownloadsWhatWasWritten) {
  std::map<std::string, std::string> files;
  for (int i = 0; i < 300; ++i) {
    files["f" + std::to_string(i)] = std::string(20'000, 'a');
  }
  files["large"] = std::string(5'000'000, 'b');
  files["empty"] = "";
  const v1::Job job = MakeJob(files);
  Context context;
  v1::DownloadArtifactsRequest request;
  request.set_parent(job.name());
  auto reader = artifacts_->DownloadArtifacts(&context, request);
  v1::DownloadArtifactsResponse message;
  std::map<std::string, std::string> received;
  std::string open;
  while (reader->Read(&message)) {
    for (const auto& part : message.parts()) {
      if (part.has_whole()) {
        received[part.whole().artifact().filename()] = part.whole().content();
      } else if (part.has_header()) {
        open = part.header().filename();
      } else if (part.has_chunk()) {
        received[open] += part.chunk();
      }
    }
  }
  const grpc::Status status = reader->Finish();
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(received, files);

  Context list_context;
  v1::ListArtifactsRequest list;
  list.set_parent(job.name());
  v1::ListArtifactsResponse listed;
  ASSERT_TRUE(artifacts_->ListArtifacts(&list_context, list, &listed).ok());
  EXPECT_EQ(listed.artifacts_size(), 302);
}

TEST_F(TransferTest, ADownloadThatFailsSaysWhy) {
  const v1::Job job = MakeJob({{"a.c", "aaa"}});
  folder_.Write("data/artifacts/" + job.name().substr(5) + "/0/a.c", "bbb");
  Context context;
  v1::DownloadArtifactsRequest request;
  request.set_parent(job.name());
  auto reader = artifacts_->DownloadArtifacts(&context, request);
  v1::DownloadArtifactsResponse message;
  EXPECT_FALSE(reader->Read(&message));
  const grpc::Status status = reader->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DATA_LOSS);
  EXPECT_EQ(ReasonOf(status), "ARTIFACT_DAMAGED");
}

TEST_F(TransferTest, ADownloadCanBeBrokenOff) {
  const v1::Job job = MakeJob({{"large", std::string(50'000'000, 'b')}});
  for (int i = 0; i < 10; ++i) {
    Context context;
    v1::DownloadArtifactsRequest request;
    request.set_parent(job.name());
    auto reader = artifacts_->DownloadArtifacts(&context, request);
    v1::DownloadArtifactsResponse message;
    for (int read = 0; read < i; ++read) ASSERT_TRUE(reader->Read(&message));
    context.TryCancel();
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  EXPECT_EQ(Get(job.name()).state(), v1::Job::STATE_SUCCEEDED);
}

}  // namespace
}  // namespace perfecthash
