#include "engine/base/intrusive_queue.h"

#include <array>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace perfecthash {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Element {
  int number = 0;
  IntrusiveLink<Element> link;
};
using Queue = IntrusiveQueue<Element, &Element::link>;

class IntrusiveQueueTest : public testing::Test {
 protected:
  IntrusiveQueueTest() {
    for (int i = 0; i < 6; ++i) elements_[i].number = i;
  }

  static std::vector<int> Numbers(const Queue& queue) {
    std::vector<int> numbers;
    for (Element* at = queue.front(); at != nullptr; at = Queue::Next(*at)) {
      numbers.push_back(at->number);
    }
    EXPECT_EQ(numbers.size(), queue.size());
    EXPECT_EQ(numbers.empty(), queue.empty());
    return numbers;
  }

  std::array<Element, 6> elements_;
  Queue queue_;
};

TEST_F(IntrusiveQueueTest, FirstInIsFirstOut) {
  for (Element& element : elements_) queue_.PushBack(element);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(queue_.PopFront()->number, i);
  EXPECT_EQ(queue_.PopFront(), nullptr);
  EXPECT_THAT(Numbers(queue_), IsEmpty());
}

TEST_F(IntrusiveQueueTest, PushFrontGoesFirst) {
  queue_.PushFront(elements_[0]);
  queue_.PushBack(elements_[1]);
  queue_.PushFront(elements_[2]);
  EXPECT_THAT(Numbers(queue_), ElementsAre(2, 0, 1));
}

TEST_F(IntrusiveQueueTest, AnyElementCanBeRemovedAndPutBack) {
  for (Element& element : elements_) queue_.PushBack(element);
  queue_.Remove(elements_[0]);
  queue_.Remove(elements_[3]);
  queue_.Remove(elements_[5]);
  EXPECT_THAT(Numbers(queue_), ElementsAre(1, 2, 4));
  queue_.PushBack(elements_[3]);
  EXPECT_THAT(Numbers(queue_), ElementsAre(1, 2, 4, 3));
}

TEST_F(IntrusiveQueueTest, RemovingTheOnlyElementEmptiesIt) {
  queue_.PushBack(elements_[0]);
  queue_.Remove(elements_[0]);
  EXPECT_THAT(Numbers(queue_), IsEmpty());
  queue_.PushFront(elements_[1]);
  EXPECT_THAT(Numbers(queue_), ElementsAre(1));
}

TEST_F(IntrusiveQueueTest, AppendMovesEverythingBehindTheLast) {
  Queue other;
  queue_.PushBack(elements_[0]);
  other.PushBack(elements_[1]);
  other.PushBack(elements_[2]);
  queue_.Append(other);
  EXPECT_THAT(Numbers(queue_), ElementsAre(0, 1, 2));
  EXPECT_THAT(Numbers(other), IsEmpty());
  queue_.Append(other);
  EXPECT_THAT(Numbers(queue_), ElementsAre(0, 1, 2));
}

TEST_F(IntrusiveQueueTest, AppendToAnEmptyOneTakesAll) {
  Queue other;
  other.PushBack(elements_[4]);
  queue_.Append(other);
  queue_.PushBack(elements_[5]);
  EXPECT_THAT(Numbers(queue_), ElementsAre(4, 5));
  EXPECT_THAT(Numbers(other), IsEmpty());
}

TEST_F(IntrusiveQueueTest, MovingLeavesAnEmptyOneBehind) {
  queue_.PushBack(elements_[0]);
  Queue other = std::move(queue_);
  EXPECT_THAT(Numbers(other), ElementsAre(0));
  EXPECT_TRUE(queue_.empty());
}

TEST_F(IntrusiveQueueTest, CopyOfAnElementStandsNowhere) {
  queue_.PushBack(elements_[0]);
  queue_.PushBack(elements_[1]);
  Element copy = elements_[0];
  EXPECT_EQ(Queue::Next(copy), nullptr);
  EXPECT_EQ(Queue::Next(elements_[0]), &elements_[1]);
}

}  // namespace
}  // namespace perfecthash
