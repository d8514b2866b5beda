#include "engine/job/item_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

namespace perfecthash {
namespace {

using ::testing::ElementsAre;

TableRequest File(std::optional<std::uint64_t> size_bytes) {
  TableRequest item;
  item.keys = KeyFile{"/keys"};
  item.size_hint_bytes = size_bytes;
  return item;
}

TableRequest Bytes(std::size_t size_bytes) {
  TableRequest item;
  item.keys =
      KeyBytes{std::make_shared<const std::vector<std::uint8_t>>(size_bytes)};
  return item;
}

TEST(ItemOrderTest, ShortestFirstThenThoseOfUnknownSizeAsGiven) {
  const std::vector<TableRequest> items = {File(std::nullopt), Bytes(30),
                                           File(10),           File(0),
                                           File(std::nullopt), File(20)};
  std::vector<int> indices = {0, 1, 2, 3, 4, 5};
  SortItems(ItemOrder::kShortestFirst, items, indices);
  EXPECT_THAT(indices, ElementsAre(3, 2, 5, 1, 0, 4));
}

TEST(ItemOrderTest, EqualSizesStayAsGiven) {
  const std::vector<TableRequest> items = {File(5), File(5), File(4), File(5)};
  std::vector<int> indices = {0, 1, 2, 3};
  SortItems(ItemOrder::kShortestFirst, items, indices);
  EXPECT_THAT(indices, ElementsAre(2, 0, 1, 3));
}

TEST(ItemOrderTest, AsGivenChangesNothing) {
  const std::vector<TableRequest> items = {File(2), File(1)};
  std::vector<int> indices = {0, 1};
  SortItems(ItemOrder::kAsGiven, items, indices);
  EXPECT_THAT(indices, ElementsAre(0, 1));
}

}  // namespace
}  // namespace perfecthash
