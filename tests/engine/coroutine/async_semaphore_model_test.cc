// Random requests of all sizes against a model: whoever comes, gives back, is
// cancelled and however the capacity changes, no more is given out than there
// is, and overtaking keeps to its bound.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <list>
#include <random>
#include <utility>

#include "engine/coroutine/async_semaphore.h"
#include "engine/coroutine/detached_task.h"
#include "tests/support/queue_executor.h"

namespace perfecthash {
namespace {

class Model {
 public:
  explicit Model(unsigned seed) : random_(seed) {}

  void Run(int steps) {
    for (int step = 0; step < steps; ++step) {
      switch (Pick(8)) {
        case 0:
          if (Pick(10) == 0) ChangeCapacity();
          break;
        case 1:
          if (Pick(4) == 0) Cancel();
          break;
        case 2:
        case 3:
        case 4:
          GiveBack();
          break;
        default:
          Ask();
      }
      Check();
      if (testing::Test::HasFatalFailure()) return;
    }
    Drain();
  }

 private:
  struct Request {
    std::uint64_t count = 0;
    CancellationSource source;
    bool waits = true;
    bool got = false;  // units, once
    SemaphoreUnits units;
    const Request* overtook = nullptr;  // the head of the line, if it did
  };
  using Requests = std::list<Request>;

  std::uint64_t Pick(std::uint64_t count) { return random_() % count; }

  static DetachedTask Acquire(Model& model, Request& request) {
    auto units = co_await model.semaphore_.Acquire(
        request.count, model.executor_, request.source);
    model.Settle(request, std::move(units));
  }

  void Settle(Request& request, absl::StatusOr<SemaphoreUnits> units) {
    request.waits = false;
    if (units.ok()) request.units = *std::move(units);
  }

  void Ask() {
    Request& request = requests_.emplace_back();
    const bool large = Pick(5) == 0;
    request.count =
        1 + Pick(large ? capacity_ : std::max<std::uint64_t>(capacity_ / 8, 1));
    Acquire(*this, request);
    After();
  }

  void GiveBack() {
    Request* const request =
        Choose([](const Request& r) { return r.units.count() > 0; });
    if (request == nullptr) return;
    request->units.Release(1 + Pick(request->units.count()));
    After();
  }

  void Cancel() {
    Request* const request = Choose([](const Request& r) { return r.waits; });
    if (request == nullptr) return;
    request->source.Cancel();
    After();
  }

  void ChangeCapacity() {
    capacity_ = 1 + Pick(40);
    semaphore_.SetCapacity(capacity_);
    After();
  }

  template <typename Predicate>
  Request* Choose(Predicate predicate) {
    const auto count = static_cast<std::uint64_t>(
        std::count_if(requests_.begin(), requests_.end(), predicate));
    if (count == 0) return nullptr;
    std::uint64_t rank = Pick(count);
    for (Request& request : requests_) {
      if (predicate(request) && rank-- == 0) return &request;
    }
    return nullptr;
  }

  const Request* Head() const {
    for (const Request& request : requests_) {
      if (request.waits) return &request;
    }
    return nullptr;
  }

  std::uint64_t Taken() const {
    std::uint64_t taken = 0;
    for (const Request& request : requests_) taken += request.units.count();
    return taken;
  }

  // Held by those who did not overtake `head`.
  std::uint64_t TakenBefore(const Request* head) const {
    std::uint64_t taken = 0;
    for (const Request& request : requests_) {
      if (request.overtook != head) taken += request.units.count();
    }
    return taken;
  }

  // Lets what was settled by an action come through, and judges it.
  void After() {
    executor_.RunAll();
    const Request* const head = Head();
    bool any_got = false, any_overtook = false;
    for (Request& request : requests_) {
      if (request.got || request.units.count() == 0) continue;
      any_got = request.got = true;
      request.overtook = FirstWaitingBefore(request);
      any_overtook = any_overtook || request.overtook != nullptr;
    }
    if (any_got) EXPECT_LE(Taken(), capacity_);
    if (any_overtook) {
      EXPECT_GT(TakenBefore(head) + head->count, capacity_)
          << "it could have been served but for those who overtook it";
    }
  }

  // Null if there is none.
  const Request* FirstWaitingBefore(const Request& request) const {
    for (const Request& other : requests_) {
      if (&other == &request) return nullptr;
      if (other.waits) return &other;
    }
    return nullptr;
  }

  void Check() {
    requests_.remove_if([](const Request& request) {
      return !request.waits && request.units.count() == 0;
    });
    for (Request& request : requests_) {
      if (request.overtook != nullptr && request.overtook != Head()) {
        request.overtook = nullptr;
      }
      ASSERT_TRUE(!request.waits || request.count <= capacity_);
    }
    const Request* const head = Head();
    ASSERT_EQ(semaphore_.available_count(),
              Taken() < capacity_ ? capacity_ - Taken() : 0);
    if (head == nullptr) return;
    const std::uint64_t free = semaphore_.available_count();
    ASSERT_GT(head->count, free) << "work-conserving";
    if (TakenBefore(head) + head->count <= capacity_) return;
    for (const Request& request : requests_) {
      ASSERT_TRUE(!request.waits || request.count > free) << "held back";
    }
  }

  // Nobody starves: when all give back, all are served.
  void Drain() {
    for (int round = 0; !requests_.empty(); ++round) {
      ASSERT_LT(round, 10'000);
      GiveBack();
      Check();
    }
  }

  std::mt19937 random_;
  std::uint64_t capacity_ = 32;
  AsyncSemaphore semaphore_{32};
  QueueExecutor executor_;
  Requests requests_;
};

TEST(AsyncSemaphoreModelTest, RandomRequestsKeepEveryPromise) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Model(seed).Run(400);
    if (testing::Test::HasFailure()) return;
  }
}

struct Taken {
  bool ended = false;
  SemaphoreUnits units;
};

DetachedTask Take(AsyncSemaphore& semaphore, std::uint64_t count,
                  Executor& executor, Taken& taken) {
  auto units = co_await semaphore.Acquire(count, executor);
  EXPECT_TRUE(units.ok());
  taken.units = *std::move(units);
  taken.ended = true;
}

TEST(AsyncSemaphoreModelTest, AStreamOfSmallRequestsDelaysALargeOneOnce) {
  constexpr int kHeldAtOnce = 10;
  AsyncSemaphore semaphore(20);
  QueueExecutor executor;
  std::list<Taken> smalls;
  Taken large;
  int steps = 0;
  // One comes and one goes at each step, without end.
  const auto step = [&] {
    Take(semaphore, 1, executor, smalls.emplace_back());
    executor.RunAll();
    if (smalls.size() > kHeldAtOnce && smalls.front().ended) smalls.pop_front();
    executor.RunAll();
  };
  for (int i = 0; i < 100; ++i) step();
  EXPECT_EQ(semaphore.waiter_count(), 0u);
  Take(semaphore, 20, executor, large);
  for (; !large.ended && steps < 1'000; ++steps) step();
  EXPECT_LE(steps, 2 * kHeldAtOnce);
  large.units.Release();
  executor.RunAll();
  for (const Taken& small : smalls) EXPECT_TRUE(small.ended);
}

}  // namespace
}  // namespace perfecthash
