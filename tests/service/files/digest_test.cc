#include "service/files/digest.h"

#include <gtest/gtest.h>

#include "engine/base/error_reason.h"

namespace perfecthash {
namespace {

TEST(DigestTest, ReadsWhatToHexWrites) {
  const Sha256Digest digest = Sha256({});
  EXPECT_EQ(ParseHexDigest(ToHex(digest)), digest);
  EXPECT_FALSE(ParseHexDigest(ToHex(digest).substr(1)).has_value());
  EXPECT_FALSE(ParseHexDigest(std::string(64, 'g')).has_value());
  EXPECT_EQ(*ReadDigest(std::string(digest.begin(), digest.end()), "sha256"),
            digest);
  EXPECT_FALSE(ReadDigest("short", "sha256").ok());
}

}  // namespace
}  // namespace perfecthash
