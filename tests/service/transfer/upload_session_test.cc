#include "service/transfer/upload_session.h"

#include <gtest/gtest.h>

#include "engine/base/error_reason.h"
#include "service/files/digest.h"
#include "tests/service/files/key_set_store_fixture.h"

namespace perfecthash {
namespace {

class UploadSessionTest : public KeySetStoreFixture {
 protected:
  void AddWhole(const std::string& sha256, const std::string& content) {
    auto* whole = request_.add_parts()->mutable_whole();
    whole->set_sha256(sha256);
    whole->set_content(content);
  }
  void AddHeader(const std::string& sha256, std::int64_t size) {
    auto* header = request_.add_parts()->mutable_header();
    header->set_sha256(sha256);
    header->set_size_bytes(size);
  }
  absl::Status Consume() {
    const absl::Status status = session_.Consume(request_);
    request_.Clear();
    return status;
  }

  v1::UploadKeySetsRequest request_;
  UploadSession session_{*store_};
};

TEST_F(UploadSessionTest, TakesWholeAndChunkedFiles) {
  AddWhole(DigestBytes("one"), "one");
  AddWhole(DigestBytes("one"), "one");
  AddHeader(DigestBytes("abcdef"), 6);
  request_.add_parts()->set_chunk("abc");
  ASSERT_TRUE(Consume().ok());
  request_.add_parts()->set_chunk("def");
  request_.add_parts()->set_finish(true);
  AddWhole(DigestBytes(""), "");
  ASSERT_TRUE(Consume().ok());
  ASSERT_TRUE(session_.Finish().ok());
  EXPECT_EQ(session_.response().stored_count(), 3);
  EXPECT_EQ(session_.response().present_count(), 1);
  EXPECT_EQ(session_.response().received_bytes(), 12);
  EXPECT_EQ(session_.response().failures_size(), 0);
  EXPECT_EQ(store_->size(), 3u);
}

TEST_F(UploadSessionTest, AFileThatFailsLeavesTheOthersAlone) {
  AddWhole(DigestBytes("a"), "b");
  AddWhole("short", "c");
  AddHeader(DigestBytes("abc"), 5000);
  request_.add_parts()->set_chunk("abc");
  request_.add_parts()->set_finish(true);
  AddHeader(DigestBytes("xyz"), -1);
  request_.add_parts()->set_finish(true);
  AddWhole(DigestBytes("good"), "good");
  ASSERT_TRUE(Consume().ok());
  ASSERT_TRUE(session_.Finish().ok());
  EXPECT_EQ(session_.response().stored_count(), 1);
  ASSERT_EQ(session_.response().failures_size(), 4);
  EXPECT_EQ(session_.response().failures(0).sha256(), DigestBytes("a"));
  EXPECT_EQ(session_.response().failures(0).error().code(), 3);
}

TEST_F(UploadSessionTest, PartsOutOfOrderEndTheStream) {
  request_.add_parts()->set_chunk("abc");
  EXPECT_EQ(ReasonOf(Consume()), "UPLOAD_OUT_OF_ORDER");
  request_.add_parts();
  EXPECT_EQ(ReasonOf(Consume()), "UPLOAD_OUT_OF_ORDER");
  AddHeader(DigestBytes("abc"), 3);
  AddWhole(DigestBytes("abc"), "abc");
  EXPECT_EQ(ReasonOf(Consume()), "UPLOAD_OUT_OF_ORDER");
  EXPECT_EQ(ReasonOf(session_.Finish()), "UPLOAD_OUT_OF_ORDER");
}

TEST_F(UploadSessionTest, FailuresAreBounded) {
  for (int i = 0; i <= UploadSession::kFailureCountMax; ++i) {
    AddWhole("x", "y");
  }
  EXPECT_EQ(ReasonOf(Consume()), "TOO_MANY_FAILURES");
}

TEST_F(UploadSessionTest, AFailureKeepsLittleOfWhatWasSent) {
  AddWhole(std::string(1 << 20, 'x'), "y");
  ASSERT_TRUE(Consume().ok());
  EXPECT_LT(session_.response().ByteSizeLong(), 1'000u);
}

}  // namespace
}  // namespace perfecthash
