#include "engine/base/huge_pages.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <new>

namespace perfecthash {
namespace {

TEST(HugePagesTest, MemoryIsAsGoodAsBefore) {
  constexpr std::size_t kBytes = 4 * kHugePageBytes;
  constexpr std::align_val_t kAlignment{kHugePageBytes};
  auto* const memory =
      static_cast<unsigned char*>(::operator new(kBytes, kAlignment));
  PreferHugePages(memory, kBytes);
  std::memset(memory, 7, kBytes);
  EXPECT_EQ(memory[0], 7);
  EXPECT_EQ(memory[kBytes - 1], 7);
  ::operator delete(memory, kAlignment);
}

}  // namespace
}  // namespace perfecthash
