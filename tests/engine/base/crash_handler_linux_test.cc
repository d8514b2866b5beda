// Programs that crash on purpose, each in a process of its own.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/resource.h>

#include <csignal>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/crash_handler.h"
#include "tests/support/temporary_directory.h"

namespace perfecthash {

int* volatile nowhere = nullptr;

// Not in the unnamed namespace and not inlined, so that they have names.
[[gnu::noinline]] void WriteToNowhere() { *nowhere = 1; }

[[gnu::noinline]] void CheckWhatIsFalse() {
  CHECK(nowhere != nullptr);
  *nowhere = 1;
}

[[gnu::noinline]] void TerminateForNoReason() { std::terminate(); }

[[gnu::noinline]] int RecurseWithoutEnd(int depth) {
  volatile char room[4096];
  room[0] = static_cast<char>(depth);
  return depth < 0 ? 0 : RecurseWithoutEnd(depth + 1) + room[0];
}

namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::KilledBySignal;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PERFECTHASH_SANITIZED
#endif
#endif

class CrashHandlerDeathTest : public testing::Test {
 protected:
  void SetUp() override {
#ifdef PERFECTHASH_SANITIZED
    GTEST_SKIP() << "a sanitizer has handlers of its own";
#endif
  }

  void Install() const {
    const rlimit no_core = {};
    ::setrlimit(RLIMIT_CORE, &no_core);
    CHECK(InstallCrashHandler({.directory = crashes(), .program = "the-test"})
              .ok());
  }

  // Of the one crash there was.
  std::string ReadTrace() const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(crashes())) {
      files.push_back(entry.path());
    }
    if (files.size() != 1) return "not one file";
    EXPECT_THAT(files[0].filename().string(),
                MatchesRegex("the-test-[0-9]+-[0-9]+\\.crash"));
    std::ifstream file(files[0]);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string crashes() const { return directory_ / "crashes"; }

  const TemporaryDirectory directory_;
};

TEST_F(CrashHandlerDeathTest, AWildWriteIsTracedToItsFunction) {
  EXPECT_EXIT(
      {
        Install();
        WriteToNowhere();
      },
      KilledBySignal(SIGSEGV),
      "^the-test: SIGSEGV, trace in /.*/crashes/the-test-[0-9]+-[0-9]+\\.crash"
      "\n$");
  const std::string trace = ReadTrace();
  EXPECT_THAT(
      trace, AllOf(StartsWith("the-test: SIGSEGV at address 0x0\n"),
                   // It comes first: the handler's own frames are left out.
                   HasSubstr("trace of the thread:\n  #0 0x"),
                   HasSubstr("WriteToNowhere"), HasSubstr("main"),
                   HasSubstr("map of the memory:"), Not(HasSubstr("OnCrash"))));
  const std::size_t first = trace.find("#0 ");
  EXPECT_THAT(trace.substr(first, trace.find('\n', first) - first),
              EndsWith("perfecthash::WriteToNowhere()"));
}

TEST_F(CrashHandlerDeathTest, AFailedCheckIsTraced) {
  EXPECT_EXIT(
      {
        Install();
        CheckWhatIsFalse();
      },
      KilledBySignal(SIGABRT), "CHECK failed: nowhere != nullptr\n.*SIGABRT");
  EXPECT_THAT(ReadTrace(), AllOf(StartsWith("the-test: SIGABRT\n"),
                                 HasSubstr("perfecthash::CheckWhatIsFalse()")));
}

TEST_F(CrashHandlerDeathTest, TerminateIsTraced) {
  EXPECT_EXIT(
      {
        Install();
        TerminateForNoReason();
      },
      KilledBySignal(SIGABRT), "SIGABRT");
  EXPECT_THAT(ReadTrace(), HasSubstr("TerminateForNoReason"));
}

TEST_F(CrashHandlerDeathTest, ASignalThatIsSentEndsTheProcessAsWell) {
  for (const int number : {SIGBUS, SIGFPE, SIGILL, SIGSEGV}) {
    std::filesystem::remove_all(crashes());
    EXPECT_EXIT(
        {
          Install();
          std::raise(number);
        },
        KilledBySignal(number), "trace in");
    EXPECT_THAT(ReadTrace(), HasSubstr("raise"));
  }
}

TEST_F(CrashHandlerDeathTest, AStackThatOverflowsIsTracedOnAnotherOne) {
  EXPECT_EXIT(
      {
        Install();
        std::thread([] {
          const ScopedCrashStack stack;
          RecurseWithoutEnd(0);
        }).join();
      },
      KilledBySignal(SIGSEGV), "SIGSEGV");
  EXPECT_THAT(ReadTrace(), HasSubstr("RecurseWithoutEnd"));
}

TEST_F(CrashHandlerDeathTest, AllThreadsAreNamedAndTheOneIsMarked) {
  EXPECT_EXIT(
      {
        Install();
        std::thread bystander([] {
          ::pthread_setname_np(::pthread_self(), "bystander");
          std::thread([] {
            ::pthread_setname_np(::pthread_self(), "culprit");
            WriteToNowhere();
          }).join();
        });
        bystander.join();
      },
      KilledBySignal(SIGSEGV), "SIGSEGV");
  EXPECT_THAT(ReadTrace(),
              AllOf(HasSubstr("   bystander\n"), HasSubstr(" * culprit\n")));
}

TEST_F(CrashHandlerDeathTest, ThreadsThatCrashTogetherLeaveOneTrace) {
  EXPECT_EXIT(
      {
        Install();
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i) threads.emplace_back(WriteToNowhere);
        for (std::thread& thread : threads) thread.join();
      },
      KilledBySignal(SIGSEGV), "^[^\n]*\n$");
  EXPECT_THAT(ReadTrace(), HasSubstr("WriteToNowhere"));
}

TEST_F(CrashHandlerDeathTest, WithoutRoomForAFileTheTraceIsOnStandardError) {
  EXPECT_EXIT(
      {
        Install();
        std::filesystem::remove_all(crashes());
        WriteToNowhere();
      },
      KilledBySignal(SIGSEGV), "no file can be made in .*WriteToNowhere");
}

TEST_F(CrashHandlerDeathTest, SignalsThatAskForAnEndAreLeftAlone) {
  EXPECT_EXIT(
      {
        Install();
        std::raise(SIGTERM);
      },
      KilledBySignal(SIGTERM), "^$");
  EXPECT_TRUE(std::filesystem::is_empty(crashes()));
}

}  // namespace
}  // namespace perfecthash
