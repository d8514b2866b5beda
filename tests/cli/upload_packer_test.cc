#include "cli/upload_packer.h"

#include <gtest/gtest.h>

namespace perfecthash {
namespace {

class UploadPackerTest : public testing::Test {
 protected:
  void Add(std::size_t bytes) {
    const std::vector<std::uint8_t> content(bytes, 7);
    EXPECT_TRUE(packer_.Add(Sha256(content), content));
  }

  std::vector<v1::UploadKeySetsRequest> sent_;
  UploadPacker packer_{[this](const v1::UploadKeySetsRequest& request) {
    sent_.push_back(request);
    return true;
  }};
};

TEST_F(UploadPackerTest, SmallFilesShareAMessage) {
  for (int i = 0; i < 1000; ++i) Add(700);
  EXPECT_TRUE(sent_.empty());
  EXPECT_TRUE(packer_.Flush());
  ASSERT_EQ(sent_.size(), 1u);
  EXPECT_EQ(sent_[0].parts_size(), 1000);
}

TEST_F(UploadPackerTest, MessagesStayWithin1MiB) {
  for (const std::size_t bytes :
       {1u, 500'000u, 700'000u, 1'048'512u, 1'048'513u, 5'000'000u, 300u}) {
    Add(bytes);
  }
  EXPECT_TRUE(packer_.Flush());
  for (const auto& request : sent_) {
    EXPECT_LE(request.ByteSizeLong(), std::size_t{1} << 20);
  }
}

TEST_F(UploadPackerTest, ALargeFileIsHeaderChunksFinish) {
  Add(3'000'000);
  std::vector<v1::UploadPart> parts;
  for (const auto& request : sent_) {
    parts.insert(parts.end(), request.parts().begin(), request.parts().end());
  }
  ASSERT_GE(parts.size(), 4u);
  EXPECT_EQ(parts.front().header().size_bytes(), 3'000'000);
  EXPECT_TRUE(parts.back().finish());
  std::size_t bytes = 0;
  for (const auto& part : parts) bytes += part.chunk().size();
  EXPECT_EQ(bytes, 3'000'000u);
}

TEST_F(UploadPackerTest, NothingToFlushSendsNothing) {
  EXPECT_TRUE(packer_.Flush());
  EXPECT_TRUE(sent_.empty());
}

TEST(UploadPackerBrokenTest, ABrokenStreamIsTold) {
  UploadPacker packer([](const v1::UploadKeySetsRequest&) { return false; });
  const std::vector<std::uint8_t> large(2 << 20);
  EXPECT_FALSE(packer.Add(Sha256(large), large));
}

}  // namespace
}  // namespace perfecthash
