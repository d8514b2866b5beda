#include "service/key_set_store.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "engine/base/error_reason.h"
#include "service/digest.h"
#include "service/upload_session.h"
#include "tests/support/temporary_directory.h"

namespace perfecthash {
namespace {

absl::Span<const std::uint8_t> Bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string DigestBytes(const std::string& text) {
  const Sha256Digest digest = Sha256(Bytes(text));
  return std::string(digest.begin(), digest.end());
}

class KeySetStoreTest : public testing::Test {
 protected:
  KeySetStoreTest() { Open(); }
  void Open() {
    auto store = KeySetStore::Open(
        {.root = folder_ / "key_sets", .key_set_bytes_max = 1000});
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }
  int FileCount() {
    int count = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(folder_ / "key_sets")) {
      count += entry.is_regular_file() ? 1 : 0;
    }
    return count;
  }

  TemporaryDirectory folder_;
  std::unique_ptr<KeySetStore> store_;
};

TEST_F(KeySetStoreTest, StoresOnceUnderItsDigest) {
  const Sha256Digest digest = Sha256(Bytes("keys"));
  EXPECT_FALSE(store_->Contains(digest));
  EXPECT_EQ(*store_->Put(digest, Bytes("keys")), KeySetStore::Outcome::kStored);
  EXPECT_EQ(*store_->Put(digest, Bytes("keys")),
            KeySetStore::Outcome::kPresent);
  EXPECT_TRUE(store_->Contains(digest));
  EXPECT_EQ(TemporaryDirectory::Read(store_->PathOf(digest)), "keys");
  EXPECT_EQ(store_->PathOf(digest),
            folder_ / ("key_sets/" + ToHex(digest).substr(0, 2) + "/" +
                       ToHex(digest) + ".keys"));
}

TEST_F(KeySetStoreTest, RefusesWrongDigestsAndTooMuch) {
  const auto wrong = store_->Put(Sha256(Bytes("a")), Bytes("b"));
  EXPECT_EQ(ReasonOf(wrong.status()), "DIGEST_MISMATCH");
  const std::string large(1001, 'x');
  EXPECT_EQ(ReasonOf(store_->Put(Sha256(Bytes(large)), Bytes(large)).status()),
            "KEY_SET_TOO_LARGE");
  EXPECT_EQ(FileCount(), 0);
}

TEST_F(KeySetStoreTest, KnowsAfterARestartWhatItHas) {
  const Sha256Digest digest = Sha256(Bytes("keys"));
  ASSERT_TRUE(store_->Put(digest, Bytes("keys")).ok());
  folder_.Write("key_sets/ab/abc.keys.1.2.tmp", "half");
  folder_.Write("key_sets/ab/readme", "not ours");
  Open();
  EXPECT_TRUE(store_->Contains(digest));
  EXPECT_EQ(store_->size(), 1u);
  EXPECT_EQ(FileCount(), 2);  // the temporary file is gone
}

TEST_F(KeySetStoreTest, WritesInPieces) {
  const Sha256Digest digest = Sha256(Bytes("abcdef"));
  auto writer = store_->Begin(digest, 6);
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE((*writer)->Append(Bytes("abc")).ok());
  EXPECT_FALSE(store_->Contains(digest));
  ASSERT_TRUE((*writer)->Append(Bytes("def")).ok());
  EXPECT_EQ(*(*writer)->Finish(), KeySetStore::Outcome::kStored);
  EXPECT_EQ(TemporaryDirectory::Read(store_->PathOf(digest)), "abcdef");
}

TEST_F(KeySetStoreTest, WhatIsNotFinishedIsRemoved) {
  const Sha256Digest digest = Sha256(Bytes("abcdef"));
  {
    auto writer = store_->Begin(digest, 6);
    ASSERT_TRUE((*writer)->Append(Bytes("abc")).ok());
    EXPECT_EQ(FileCount(), 1);
  }
  EXPECT_EQ(FileCount(), 0);
  auto short_one = store_->Begin(digest, 7);
  ASSERT_TRUE((*short_one)->Append(Bytes("abcdef")).ok());
  EXPECT_EQ(ReasonOf((*short_one)->Finish().status()), "SIZE_MISMATCH");
  auto long_one = store_->Begin(digest, 5);
  EXPECT_EQ(ReasonOf((*long_one)->Append(Bytes("abcdef"))), "SIZE_MISMATCH");
  EXPECT_EQ(ReasonOf(store_->Begin(digest, 1001).status()),
            "KEY_SET_TOO_LARGE");
}

TEST_F(KeySetStoreTest, AFileSystemErrorIsTold) {
  const Sha256Digest digest = Sha256(Bytes("keys"));
  std::filesystem::remove_all(folder_ / "key_sets");
  folder_.Write("key_sets", "a file is in the way");
  EXPECT_FALSE(store_->Put(digest, Bytes("keys")).ok());
  EXPECT_FALSE(store_->Contains(digest));
}

// ------------------------------------------------------------- UploadSession

class UploadSessionTest : public KeySetStoreTest {
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
