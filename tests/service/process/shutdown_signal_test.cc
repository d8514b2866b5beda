#include "service/process/shutdown_signal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <thread>

namespace perfecthash {
namespace {

TEST(ShutdownSignalTest, SignalsInterruptsAndTimeouts) {
  ShutdownSignal signal;
  EXPECT_EQ(signal.Wait(std::chrono::milliseconds(1)),
            ShutdownSignal::kTimeout);
  ::kill(::getpid(), SIGTERM);
  EXPECT_EQ(signal.Wait(), SIGTERM);
  std::thread thread([&] { signal.Interrupt(); });
  EXPECT_EQ(signal.Wait(), ShutdownSignal::kInterrupted);
  thread.join();
}

}  // namespace
}  // namespace perfecthash
