#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/progress.h"

namespace perfecthash {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// What the view of `mode` writes for a phase of 100 tables, ten a second, that
// is told every 50 ms.
std::string Draw(ProgressMode mode) {
  testing::internal::CaptureStderr();
  {
    Console console(Verbosity::kNormal);
    const auto view = MakeProgressView(mode, console);
    ProgressSample sample;
    sample.phase = "build";
    sample.unit = "tables";
    sample.counts.total = 100;
    for (int tick = 1; tick <= 200; ++tick) {
      sample.elapsed = tick * 50ms;
      sample.counts.done = tick / 2;
      sample.finished = tick == 200;
      view->Show(sample);
    }
  }
  return testing::internal::GetCapturedStderr();
}

std::ptrdiff_t Count(const std::string& text, char character) {
  return std::count(text.begin(), text.end(), character);
}

TEST(ProgressViewTest, PlainIsALinePerSecondWhenFivePercentMoved) {
  const std::string text = Draw(ProgressMode::kPlain);
  EXPECT_EQ(Count(text, '\n'), 10);
  EXPECT_EQ(Count(text, '\r'), 0);
  EXPECT_THAT(text, HasSubstr("build 100 of 100 tables"));
}

TEST(ProgressViewTest, JsonIsAnObjectPerLineAtMostTenASecond) {
  const std::string text = Draw(ProgressMode::kJson);
  EXPECT_EQ(Count(text, '\n'), 100);
  EXPECT_THAT(text, testing::StartsWith("{\"phase\":\"build\""));
  EXPECT_THAT(text, HasSubstr("\"finished\":true"));
}

TEST(ProgressViewTest, TheBarIsRedrawnInPlaceAndTakenAway) {
  const std::string text = Draw(ProgressMode::kTty);
  EXPECT_EQ(Count(text, '\n'), 0);
  EXPECT_THAT(text, HasSubstr("[##########          ]  50% build"));
  EXPECT_THAT(text, testing::EndsWith("\r\x1b[K"));
}

TEST(ProgressViewTest, NoneIsSilent) {
  EXPECT_EQ(Draw(ProgressMode::kNone), "");
}

}  // namespace
}  // namespace perfecthash
