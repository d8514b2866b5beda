#include "engine/base/unique_handle.h"

#include <utility>

#include "gtest/gtest.h"
#include "tests/engine/base/open_handle.h"

namespace perfecthash {
namespace {

TEST(UniqueHandleTest, ClosesWhenItDies) {
  UniqueHandle::Native native = -1;
  {
    const UniqueHandle handle = OpenSomething();
    ASSERT_TRUE(handle.valid());
    native = handle.get();
    EXPECT_TRUE(IsOpen(native));
  }
  EXPECT_FALSE(IsOpen(native));
}

TEST(UniqueHandleTest, MovedFromOneOwnsNothing) {
  UniqueHandle first = OpenSomething();
  const UniqueHandle::Native native = first.get();
  UniqueHandle second = std::move(first);
  EXPECT_EQ(second.get(), native);
  EXPECT_TRUE(IsOpen(native));
  UniqueHandle third;
  third = std::move(second);
  EXPECT_EQ(third.get(), native);
  EXPECT_TRUE(IsOpen(native));
}

TEST(UniqueHandleTest, AssignmentClosesTheOldOne) {
  UniqueHandle handle = OpenSomething();
  const UniqueHandle::Native old = handle.get();
  UniqueHandle other = OpenSomething();
  handle = std::move(other);
  EXPECT_FALSE(IsOpen(old));
  EXPECT_TRUE(IsOpen(handle.get()));
}

TEST(UniqueHandleTest, ReleaseHandsTheHandleOver) {
  UniqueHandle handle = OpenSomething();
  UniqueHandle owner(handle.Release());
  EXPECT_FALSE(handle.valid());
  EXPECT_TRUE(IsOpen(owner.get()));
}

TEST(UniqueHandleTest, ResetClosesAndMayBeRepeated) {
  UniqueHandle handle = OpenSomething();
  const UniqueHandle::Native native = handle.get();
  handle.Reset();
  EXPECT_FALSE(handle.valid());
  EXPECT_FALSE(IsOpen(native));
  handle.Reset();
}

TEST(UniqueHandleTest, DefaultIsNoHandle) {
  EXPECT_FALSE(UniqueHandle().valid());
}

}  // namespace
}  // namespace perfecthash
