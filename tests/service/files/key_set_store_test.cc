#include "service/files/key_set_store.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "engine/base/error_reason.h"
#include "service/files/digest.h"
#include "tests/service/files/key_set_store_fixture.h"

namespace perfecthash {
namespace {

using KeySetStoreTest = KeySetStoreFixture;

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

TEST_F(KeySetStoreTest, WhatWasRemovedBehindItsBackIsMissingAndStoredAgain) {
  const Sha256Digest digest = Sha256(Bytes("keys"));
  ASSERT_TRUE(store_->Put(digest, Bytes("keys")).ok());
  std::filesystem::remove(store_->PathOf(digest));
  EXPECT_FALSE(store_->Contains(digest));
  EXPECT_EQ(*store_->Put(digest, Bytes("keys")), KeySetStore::Outcome::kStored);
  EXPECT_TRUE(store_->Contains(digest));
  // With its directory, and in pieces.
  std::filesystem::remove_all(folder_ / "key_sets");
  EXPECT_FALSE(store_->Contains(digest));
  auto writer = store_->Begin(digest, 4);
  ASSERT_TRUE(writer.ok()) << writer.status();
  ASSERT_TRUE((*writer)->Append(Bytes("keys")).ok());
  EXPECT_EQ(*(*writer)->Finish(), KeySetStore::Outcome::kStored);
  EXPECT_EQ(TemporaryDirectory::Read(store_->PathOf(digest)), "keys");
}

TEST_F(KeySetStoreTest, AFileSystemErrorIsTold) {
  const Sha256Digest digest = Sha256(Bytes("keys"));
  std::filesystem::remove_all(folder_ / "key_sets");
  folder_.Write("key_sets", "a file is in the way");
  EXPECT_FALSE(store_->Put(digest, Bytes("keys")).ok());
  EXPECT_FALSE(store_->Contains(digest));
}

}  // namespace
}  // namespace perfecthash
