#include "cli/console.h"

#include <gtest/gtest.h>

namespace perfecthash {
namespace {

TEST(ConsoleTest, AMessagePassesAboveTheStatusLine) {
  testing::internal::CaptureStderr();
  {
    Console console(Verbosity::kNormal);
    console.Note("first");
    console.ShowStatus("50%");
    console.Note("second");
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "first\n"
            "\r\x1b[K50%"
            "\r\x1b[Ksecond\n50%"
            "\r\x1b[K");
}

TEST(ConsoleTest, DetailsNeedVerbose) {
  testing::internal::CaptureStderr();
  Console(Verbosity::kNormal).Detail("hidden");
  Console(Verbosity::kVerbose).Detail("shown");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "shown\n");
}

}  // namespace
}  // namespace perfecthash
