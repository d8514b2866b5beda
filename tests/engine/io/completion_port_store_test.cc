// The contract of the operation that is several steps: kStoreFile.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/io/completion_port.h"
#include "tests/engine/io/port_test.h"

namespace perfecthash {
namespace {

class CompletionPortStoreTest : public PortTest {
 protected:
  void Take(std::size_t count) {
    std::array<Continuation*, 8> ready;
    while (count > 0) {
      const std::size_t batch =
          port().Wait(absl::MakeSpan(ready), CompletionPort::kForever);
      ASSERT_LE(batch, count);
      count -= batch;
    }
    EXPECT_EQ(port().Stats().outstanding_count(), 0u);
  }

  OperationResult Do(const OperationRequest& request) {
    Operation operation(request);
    port().Submit(operation);
    Take(1);
    return operation.result;
  }
};

TEST_P(CompletionPortStoreTest, AFileIsStoredInOneOperation) {
  const std::string temporary = harness_->Path("temporary");
  const std::string path = harness_->Path("file");
  std::string contents = "the new contents";
  const OperationRequest store = {
      .kind = OperationKind::kStoreFile,
      .path = temporary.c_str(),
      .new_path = path.c_str(),
      .memory = contents.data(),
      .length = static_cast<std::uint32_t>(contents.size())};
  harness_->WriteFile("file", "the old contents");
  // More often than the depth: nothing of them is kept.
  for (int i = 0; i < 2 * kDepth; ++i) EXPECT_EQ(Do(store).os_error, 0);
  EXPECT_EQ(harness_->ReadFile("file"), contents);
  EXPECT_THAT(harness_->FileNames(), testing::ElementsAre("file"));
  OperationRequest empty = store;
  empty.length = 0;
  EXPECT_EQ(Do(empty).os_error, 0);
  EXPECT_EQ(harness_->ReadFile("file"), "");
}

TEST_P(CompletionPortStoreTest, AFileThatCannotBeStoredReplacesNothing) {
  const std::string temporary = harness_->Path("temporary");
  const std::string path = harness_->Path("file");
  const std::string missing = harness_->Path("missing/file");
  char byte = 'x';
  OperationRequest store = {.kind = OperationKind::kStoreFile,
                            .path = temporary.c_str(),
                            .new_path = missing.c_str(),
                            .memory = &byte,
                            .length = 1};
  harness_->WriteFile("file", "old");
  const OperationResult first = Do(store);
  EXPECT_EQ(first.os_error, ENOENT);
  EXPECT_EQ(first.value, 1);  // the temporary file is there
  const OperationResult second = Do(store);
  EXPECT_EQ(second.os_error, EEXIST);
  EXPECT_EQ(second.value, 0);  // it is another one's
  EXPECT_EQ(harness_->ReadFile("temporary"), "x");
  store.new_path = path.c_str();
  EXPECT_EQ(Do(store).os_error, EEXIST);
  EXPECT_EQ(harness_->ReadFile("file"), "old");
  store.path = missing.c_str();
  EXPECT_EQ(Do(store).os_error, ENOENT);
  EXPECT_EQ(harness_->ReadFile("file"), "old");
}

TEST_P(CompletionPortStoreTest, AStoredFileThatIsCancelledIsWholeOrNotThere) {
  std::string contents(100'000, 'x');
  for (int round = 0; round < 50; ++round) {
    std::deque<std::string> paths;
    std::deque<Operation> operations;
    for (int i = 0; i < 2 * kDepth; ++i) {
      const std::string name = absl::StrCat(round, ".", i);
      const std::string& to = paths.emplace_back(harness_->Path(name));
      const std::string& from = paths.emplace_back(harness_->Path(name + ".t"));
      operations.emplace_back(OperationRequest{
          .kind = OperationKind::kStoreFile,
          .path = from.c_str(),
          .new_path = to.c_str(),
          .memory = contents.data(),
          .length = static_cast<std::uint32_t>(contents.size())});
    }
    for (Operation& operation : operations) port().Submit(operation);
    std::array<Continuation*, 1> ready;
    const std::size_t early = port().Wait(absl::MakeSpan(ready), {});
    for (Operation& operation : operations) port().Cancel(operation);
    Take(operations.size() - early);
    const auto names = harness_->FileNames();
    for (int i = 0; i < 2 * kDepth; ++i) {
      const std::string name = absl::StrCat(round, ".", i);
      const bool stored =
          operations[static_cast<std::size_t>(i)].result.os_error == 0;
      EXPECT_EQ(std::count(names.begin(), names.end(), name), stored);
      if (stored) EXPECT_EQ(harness_->ReadFile(name), contents);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Ports, CompletionPortStoreTest,
                         testing::ValuesIn(PortKinds()), [](const auto& suite) {
                           return ToString(suite.param);
                         });

}  // namespace
}  // namespace perfecthash
