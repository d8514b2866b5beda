#include "cli/terminal.h"

#include <gtest/gtest.h>

namespace perfecthash {
namespace {

TEST(TerminalTest, ThereIsAlwaysAWidth) {
  EXPECT_GT(TerminalWidth(StandardStream::kOutput), 0);
  EXPECT_GT(TerminalWidth(StandardStream::kError), 0);
}

}  // namespace
}  // namespace perfecthash
