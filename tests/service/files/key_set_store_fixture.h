#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/types/span.h"
#include "engine/base/sha256.h"
#include "service/files/key_set_store.h"
#include "tests/support/temporary_directory.h"

namespace perfecthash {

inline absl::Span<const std::uint8_t> Bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string DigestBytes(const std::string& text) {
  const Sha256Digest digest = Sha256(Bytes(text));
  return std::string(digest.begin(), digest.end());
}

// A store in a directory of its own.
class KeySetStoreFixture : public testing::Test {
 protected:
  KeySetStoreFixture() { Open(); }
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

}  // namespace perfecthash
