#include "engine/job/work_token.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace perfecthash {
namespace {

TEST(WorkTokenTest, TheLastTokenTells) {
  int told = 0;
  std::atomic<std::int64_t> total{0};
  WorkAccount account([&] { ++told; }, &total);
  WorkToken first = account.Open();
  {
    WorkToken second = first.Split();
    WorkToken moved = std::move(second);
    EXPECT_FALSE(second.held());
    EXPECT_EQ(account.outstanding(), 2);
    EXPECT_EQ(total.load(), 2);
  }
  EXPECT_EQ(account.outstanding(), 1);
  EXPECT_EQ(told, 0);
  first.Release();
  first.Release();
  EXPECT_EQ(told, 1);
  EXPECT_EQ(total.load(), 0);
}

TEST(WorkTokenTest, AssigningGivesUpTheOldToken) {
  int told = 0;
  WorkAccount account([&] { ++told; });
  WorkToken token = account.Open();
  token = token.Split();
  EXPECT_EQ(account.outstanding(), 1);
  token = WorkToken();
  EXPECT_EQ(told, 1);
}

TEST(WorkTokenTest, TheAccountMayEndWithItsLastToken) {
  std::unique_ptr<WorkAccount> account;
  account = std::make_unique<WorkAccount>([&] { account.reset(); });
  account->Open().Release();
  EXPECT_EQ(account, nullptr);
}

TEST(WorkTokenTest, TokensOfManyThreadsTellOnce) {
  std::atomic<int> told{0};
  WorkAccount account([&] { ++told; });
  {
    WorkToken root = account.Open();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([token = root.Split()] {
        for (int n = 0; n < 1'000; ++n) token.Split().Release();
      });
    }
    root.Release();
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(told, 1);
  EXPECT_EQ(account.outstanding(), 0);
}

}  // namespace
}  // namespace perfecthash
