#include "cli/backoff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/fake_interrupt.h"

namespace perfecthash {
namespace {

using namespace std::chrono_literals;

TEST(BackoffTest, PausesDoubleUpToFiveSecondsAndEndAtTheLimit) {
  FakeInterrupt interrupt;
  Session session({}, interrupt);
  Backoff backoff(session, 20s);
  while (backoff.Wait()) continue;
  EXPECT_THAT(interrupt.waits(),
              testing::ElementsAre(200ms, 400ms, 800ms, 1600ms, 3200ms, 5s, 5s,
                                   3800ms));
}

TEST(BackoffTest, ASuccessStartsItOver) {
  FakeInterrupt interrupt;
  Session session({}, interrupt);
  Backoff backoff(session, 1s);
  EXPECT_TRUE(backoff.Wait());
  EXPECT_TRUE(backoff.Wait());
  backoff.Reset();
  EXPECT_TRUE(backoff.Wait());
  EXPECT_EQ(interrupt.waits().back(), 200ms);
}

TEST(BackoffTest, AnInterruptEndsIt) {
  FakeInterrupt interrupt;
  Session session({}, interrupt);
  Backoff backoff(session, 60s);
  interrupt.Press();
  EXPECT_FALSE(backoff.Wait());
}

TEST(BackoffTest, NoPausePassesTheCommandsTimeout) {
  FakeInterrupt interrupt;
  GlobalOptions options;
  options.timeout = 1h;
  Session session(options, interrupt);
  const auto begin = std::chrono::system_clock::now();
  Backoff backoff(session, 10h);
  // The pauses take no time here, so the whole hour is always left.
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(backoff.Wait());
  EXPECT_EQ(interrupt.waits().back(), 5s);
  options.timeout = 100ms;
  Session brief(options, interrupt);
  if (Backoff(brief, 10h).Wait()) {
    EXPECT_LE(interrupt.waits().back(), 100ms);
  } else {
    EXPECT_GE(std::chrono::system_clock::now() - begin, 100ms);
  }
}

TEST(BackoffTest, TheCommandsTimeoutEndsIt) {
  FakeInterrupt interrupt;
  GlobalOptions options;
  options.timeout = 0ns;
  Session session(options, interrupt);
  EXPECT_FALSE(Backoff(session, 60s).Wait());
  EXPECT_TRUE(interrupt.waits().empty());
}

}  // namespace
}  // namespace perfecthash
