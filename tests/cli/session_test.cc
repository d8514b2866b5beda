#include "cli/session.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "cli/exit_code.h"
#include "tests/cli/fake_interrupt.h"

namespace perfecthash {
namespace {

TEST(SessionTest, ColorObeysTheOptionAndNoColor) {
  FakeInterrupt interrupt;
  GlobalOptions options;
  options.color = ColorMode::kAlways;
  EXPECT_EQ(Session(options, interrupt).color(), Color::kYes);
  options.color = ColorMode::kNever;
  EXPECT_EQ(Session(options, interrupt).color(), Color::kNo);
  options.color = ColorMode::kAuto;
  ::setenv("NO_COLOR", "1", 1);
  EXPECT_EQ(Session(options, interrupt).color(), Color::kNo);
  ::unsetenv("NO_COLOR");
}

TEST(SessionTest, WithoutTimeoutThereIsNoDeadline) {
  FakeInterrupt interrupt;
  Session session({}, interrupt);
  EXPECT_FALSE(session.deadline().has_value());
  EXPECT_FALSE(session.IsPastDeadline());
}

TEST(SessionTest, AnEmptyAddressIsAUsageError) {
  FakeInterrupt interrupt;
  GlobalOptions options;
  options.connect.address = "";
  Session session(options, interrupt);
  EXPECT_EQ(ExitCodeOf(session.Connect()), ExitCode::kUsage);
}

}  // namespace
}  // namespace perfecthash
