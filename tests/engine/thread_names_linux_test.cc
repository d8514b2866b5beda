#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "engine/engine.h"

namespace perfecthash {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::Matches;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

// Of the threads that the process started; the kernel's own, for io_uring, are
// listed among them.
std::vector<std::string> ThreadNames() {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/self/task")) {
    std::string name;
    std::getline(std::ifstream(entry.path() / "comm") >> std::ws, name);
    if (!name.empty() && name.rfind("iou-", 0) != 0) names.push_back(name);
  }
  return names;
}

// Those that are not among `before`: a sanitizer's, and the main thread.
std::vector<std::string> NamesBeside(const std::vector<std::string>& before) {
  std::vector<std::string> names = ThreadNames();
  for (const std::string& name : before) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) names.erase(found);
  }
  return names;
}

TEST(ThreadNamesTest, NoThreadOfTheEngineIsNameless) {
  std::thread([] {}).join();  // a sanitizer starts its own with the first one
  const std::vector<std::string> before = ThreadNames();
  for (const IoBackend backend : {IoBackend::kThreads, IoBackend::kIoUring}) {
    auto engine = Engine::Start({.threads_per_node = 2, .io_backend = backend});
    if (absl::IsUnavailable(engine.status())) continue;
    ASSERT_TRUE(engine.ok()) << engine.status();
    const testing::Matcher<std::vector<std::string>> all_named =
        AllOf(SizeIs(static_cast<std::size_t>((*engine)->thread_count())),
              Each(MatchesRegex("node[0-9]+-(worker[0-9]+|io)")));
    // One that was joined may stay listed for a moment, one that was started
    // bear the program's name.
    const auto deadline =
        std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!Matches(all_named)(NamesBeside(before)) &&
           std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
    EXPECT_THAT(NamesBeside(before), all_named);
    EXPECT_EQ((*engine)->Stop(), absl::OkStatus());
  }
}

}  // namespace
}  // namespace perfecthash
