#include "cli/progress_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace perfecthash {
namespace {

using namespace std::chrono_literals;

ProgressSample HalfDone() {
  ProgressSample sample;
  sample.phase = "build";
  sample.unit = "tables";
  sample.counts.done = 5'000;
  sample.counts.total = 10'000;
  sample.counts.failed = 2;
  sample.elapsed = 2s;
  return sample;
}

TEST(ProgressLineTest, TextHasCountsFailuresRateAndTimeLeft) {
  EXPECT_EQ(FormatProgressText(HalfDone()),
            "build 5,000 of 10,000 tables, 2 failed, 2,500/s, 2.00 s left");
}

TEST(ProgressLineTest, TheServersEstimateBeatsTheRate) {
  ProgressSample sample = HalfDone();
  sample.counts.remaining = 42s;
  EXPECT_THAT(FormatProgressText(sample), testing::HasSubstr("42.0 s left"));
}

TEST(ProgressLineTest, AFinishedPhaseTellsHowLongItTook) {
  ProgressSample sample = HalfDone();
  sample.counts.done = 10'000;
  sample.finished = true;
  EXPECT_EQ(FormatProgressText(sample),
            "build 10,000 of 10,000 tables, 2 failed, 5,000/s, 2.00 s");
}

TEST(ProgressLineTest, AttemptsShowThatAHardTableLives) {
  ProgressSample sample = HalfDone();
  sample.counts = {.done = 0, .total = 1, .attempts = 1234};
  EXPECT_THAT(FormatProgressText(sample), testing::HasSubstr("1,234 attempts"));
}

TEST(ProgressLineTest, TheBarFillsAndKeepsToTheTerminal) {
  const std::string bar = FormatProgressBar(HalfDone(), 120);
  EXPECT_THAT(bar, testing::StartsWith("[##########          ]  50% build"));
  EXPECT_EQ(FormatProgressBar(HalfDone(), 30).size(), 29u);
}

TEST(ProgressLineTest, NothingIsDividedByZero) {
  ProgressSample sample;
  sample.phase = "read";
  sample.unit = "files";
  EXPECT_EQ(FormatProgressText(sample), "read 0 files, 0 us");
  EXPECT_EQ(FormatProgressBar(sample, 80), "read 0 files, 0 us");
}

TEST(ProgressLineTest, JsonIsStable) {
  EXPECT_EQ(FormatProgressJson(HalfDone()),
            R"({"phase":"build","unit":"tables","done":"5000","total":"10000",)"
            R"("failed":"2","running":"0","bytes":"0","attempts":"0",)"
            R"("elapsedSeconds":2,"perSecond":2500,"finished":false,)"
            R"("remainingSeconds":2})");
}

}  // namespace
}  // namespace perfecthash
