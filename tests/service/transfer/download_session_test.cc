#include "service/transfer/download_session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <latch>
#include <map>

#include "engine/base/error_reason.h"
#include "service/job/job_store.h"
#include "tests/service/job_builder.h"
#include "tests/support/fake_engine.h"
#include "tests/support/temporary_directory.h"

namespace perfecthash {
namespace {

namespace fs = std::filesystem;

class DownloadSessionTest : public testing::Test {
 protected:
  DownloadSessionTest()
      : store_({.listener = &listener_, .on_forgotten = [](auto) {}}) {
    JobDescription description = DescribeJob(3);
    description.artifact_directory = folder_.path();
    Add(std::move(description));
  }

  void Add(JobDescription description) {
    EXPECT_TRUE(store_.Reserve("", "").ok());
    job_ = std::make_shared<JobRecord>(std::move(description), &store_);
    store_.Commit("", job_);
  }

  // Finishes the item with these files.
  void Finish(int index, const std::map<std::string, std::string>& files) {
    JobObserver::ItemOutcome outcome = FakeEngine::Success();
    for (const auto& [name, content] : files) {
      folder_.Write(std::to_string(index) + "/" + name, content);
      outcome.result->files.push_back(
          {.filename = name,
           .size_bytes = content.size(),
           .sha256 =
               Sha256({reinterpret_cast<const std::uint8_t*>(content.data()),
                       content.size()})});
    }
    StartAndFinish(*job_, index, std::move(outcome));
  }

  // Everything that is sent, put together again.
  absl::StatusOr<std::map<std::string, std::string>> Download(
      const v1::DownloadArtifactsRequest& request) {
    auto session = DownloadSession::Create(store_, request);
    if (!session.ok()) return session.status();
    std::map<std::string, std::string> files;
    std::string open;
    for (message_count_ = 0;; ++message_count_) {
      v1::DownloadArtifactsResponse message;
      const absl::Status status = (*session)->Next(&message);
      if (!status.ok()) return status;
      EXPECT_LE(message.ByteSizeLong(), (std::size_t{1} << 20) + 2000);
      if (message.parts().empty()) return files;
      for (const auto& part : message.parts()) {
        if (part.has_whole()) {
          files[part.whole().artifact().name()] = part.whole().content();
        } else if (part.has_header()) {
          open = part.header().name();
          files[open] = "";
        } else if (part.has_chunk()) {
          files[open] += part.chunk();
        } else {
          EXPECT_TRUE(part.finish());
          open.clear();
        }
      }
    }
  }
  v1::DownloadArtifactsRequest All() {
    v1::DownloadArtifactsRequest request;
    request.set_parent(job_->name());
    return request;
  }
  std::string Name(int index, const std::string& file) {
    return absl::StrCat(job_->name(), "/items/", index, "/artifacts/", file);
  }

  TemporaryDirectory folder_;
  CountingListener listener_;
  JobStore store_;
  std::shared_ptr<JobRecord> job_;
  int message_count_ = 0;
};

TEST_F(DownloadSessionTest, PacksSmallFilesAndCutsLargeOnes) {
  const std::string large(3'000'000, 'x');
  Finish(0, {{"a.c", "aaa"}, {"a.h", ""}});
  Finish(2, {{"b.c", "bbb"}, {"large.pht", large}, {"z.c", "zzz"}});
  const auto files = Download(All());
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(files->size(), 5u);
  EXPECT_EQ(files->at(Name(0, "a.c")), "aaa");
  EXPECT_EQ(files->at(Name(0, "a.h")), "");
  EXPECT_EQ(files->at(Name(2, "large.pht")), large);
  EXPECT_EQ(files->at(Name(2, "z.c")), "zzz");
  EXPECT_LE(message_count_, 4);
}

TEST_F(DownloadSessionTest, ManySmallFilesShareAMessage) {
  for (int i = 0; i < 3; ++i) {
    std::map<std::string, std::string> files;
    for (int f = 0; f < 100; ++f) {
      files[absl::StrCat("f", f)] = std::string(500, 'a');
    }
    Finish(i, files);
  }
  const auto files = Download(All());
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(files->size(), 300u);
  EXPECT_LE(message_count_, 1);
}

TEST_F(DownloadSessionTest, GoesOnAtAnItem) {
  Finish(0, {{"a.c", "aaa"}});
  Finish(1, {{"b.c", "bbb"}});
  auto request = All();
  request.set_first_item_index(1);
  EXPECT_EQ(Download(request)->size(), 1u);
  request.set_first_item_index(77);
  EXPECT_TRUE(Download(request)->empty());
}

TEST_F(DownloadSessionTest, SingleItemsAndFiles) {
  Finish(0, {{"a.c", "aaa"}, {"a.h", "hhh"}});
  Finish(1, {{"b.c", "bbb"}});
  v1::DownloadArtifactsRequest request;
  request.set_parent(job_->name() + "/items/0");
  EXPECT_EQ(Download(request)->size(), 2u);
  request.clear_parent();
  request.add_names(Name(1, "b.c"));
  request.add_names(Name(0, "a.h"));
  const auto files = Download(request);
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(files->size(), 2u);
  EXPECT_EQ(files->at(Name(0, "a.h")), "hhh");
}

TEST_F(DownloadSessionTest, AFileThatIsNotTheLastOfItsItem) {
  Finish(0, {{"a.c", "aaa"}, {"b.c", "bbb"}, {"c.c", "ccc"}});
  v1::DownloadArtifactsRequest request;
  request.add_names(Name(0, "a.c"));
  const auto files = Download(request);
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(files->size(), 1u);
}

TEST_F(DownloadSessionTest, NamesThatLeadElsewhereAreNotFound) {
  Finish(0, {{"a.c", "aaa"}});
  folder_.Write("secret", "secret");
  const auto reason = [&](const std::string& name) {
    v1::DownloadArtifactsRequest request;
    request.add_names(name);
    return ReasonOf(Download(request).status());
  };
  EXPECT_EQ(reason(Name(0, "../secret")), "ARTIFACT_NOT_FOUND");
  EXPECT_EQ(reason(Name(0, "a.c/../a.c")), "ARTIFACT_NOT_FOUND");
  EXPECT_EQ(reason(Name(1, "a.c")), "ARTIFACT_NOT_FOUND");
  EXPECT_EQ(reason(Name(9, "a.c")), "ITEM_NOT_FOUND");
  EXPECT_EQ(reason(job_->name() + "/items/0x/artifacts/a.c"), "ITEM_NOT_FOUND");
  EXPECT_EQ(reason(job_->name() + "/items/0"), "INVALID_FIELD");
  EXPECT_EQ(reason("/etc/passwd"), "INVALID_FIELD");
  EXPECT_EQ(reason("jobs/" + NewUuid() + "/items/0/artifacts/a.c"),
            "JOB_NOT_FOUND");
}

TEST_F(DownloadSessionTest, ExactlyOneSelection) {
  v1::DownloadArtifactsRequest request;
  EXPECT_EQ(ReasonOf(Download(request).status()), "INVALID_FIELD");
  request = All();
  request.add_names(Name(0, "a.c"));
  EXPECT_EQ(ReasonOf(Download(request).status()), "INVALID_FIELD");
  Finish(0, {{"a.c", "aaa"}});
  request.clear_parent();
  EXPECT_TRUE(Download(request).ok());
  request.set_first_item_index(1);  // would have no meaning
  EXPECT_EQ(ReasonOf(Download(request).status()), "INVALID_FIELD");
}

TEST_F(DownloadSessionTest, ChangedFilesAreNotPassedOn) {
  const std::string large(300'000, 'x');
  Finish(0, {{"a.c", "aaa"}});
  Finish(1, {{"b.c", "bbb"}});
  Finish(2, {{"large", large}});
  folder_.Write("0/a.c", "aab");
  EXPECT_EQ(ReasonOf(Download(All()).status()), "ARTIFACT_DAMAGED");
  fs::remove(folder_ / "0/a.c");
  EXPECT_EQ(ReasonOf(Download(All()).status()), "ARTIFACT_GONE");
  auto rest = All();
  rest.set_first_item_index(2);
  folder_.Write("2/large", std::string(299'999, 'x') + "y");
  EXPECT_EQ(ReasonOf(Download(rest).status()), "ARTIFACT_DAMAGED");
  folder_.Write("2/large", "short");
  EXPECT_EQ(ReasonOf(Download(rest).status()), "ARTIFACT_GONE");
}

TEST_F(DownloadSessionTest, FilesOfAServerDirectoryAreNotHandedOut) {
  JobDescription description = DescribeJob(1);
  description.artifact_directory.clear();
  description.head.set_output_path("/data/tables");
  Add(std::move(description));
  const absl::Status status = Download(All()).status();
  EXPECT_EQ(ReasonOf(status), "ARTIFACTS_NOT_KEPT");
  EXPECT_NE(status.message().find("/data/tables"), std::string::npos);
}

}  // namespace
}  // namespace perfecthash
