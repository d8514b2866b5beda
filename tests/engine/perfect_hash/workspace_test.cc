#include "engine/perfect_hash/workspace.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "engine/perfect_hash/solver.h"
#include "tests/support/key_sets.h"

namespace {

std::atomic<std::size_t> allocation_count = 0;
std::atomic<std::size_t> live_bytes = 0;
std::atomic<std::size_t> live_bytes_max = 0;

void* Allocate(std::size_t size, std::size_t alignment) {
  ++allocation_count;
  void* memory = nullptr;
  if (posix_memalign(&memory, alignment, size) != 0) std::abort();
  live_bytes += malloc_usable_size(memory);
  if (live_bytes > live_bytes_max) live_bytes_max = live_bytes.load();
  return memory;
}

void Release(void* memory) {
  live_bytes -= malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) {
  return Allocate(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return Allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { Release(memory); }
void operator delete(void* memory, std::size_t) noexcept { Release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept {
  Release(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  Release(memory);
}

namespace perfecthash {
namespace {

std::uint64_t SolveAndBuild(const KeySet& keys, Workspace& workspace) {
  const auto solver = Solver::Create(keys, {});
  std::uint64_t attempt = 1;
  while (solver->Try(attempt, workspace, nullptr) != Outcome::kSolved) {
    ++attempt;
  }
  EXPECT_TRUE(solver->Build(attempt, workspace).ok());
  return attempt;
}

TEST(WorkspaceTest, AttemptsAllocateNothingOnceItHasGrown) {
  const KeySet keys = MakeKeySet(AddressKeys(3000, 1));
  const auto solver = Solver::Create(keys, {.search = SeedSearch::kPlain});
  Workspace workspace;
  for (std::uint64_t i = 1; i <= 100; ++i) solver->Try(i, workspace, nullptr);
  const std::size_t before = allocation_count;
  for (std::uint64_t i = 1; i <= 1000; ++i) solver->Try(i, workspace, nullptr);
  EXPECT_EQ(allocation_count, before);
}

// Whatever the kind of an attempt: fresh, of the pool, or the one that has to
// assess its function first.
TEST(WorkspaceTest, AutoAllocatesNothingOnceItHasGrown) {
  const KeySet keys = MakeKeySet(AddressKeys(20'000, 1));
  const auto solver = Solver::Create(keys, {});
  Workspace workspace;
  std::uint64_t attempt = 1;
  // Through the pools of the weaker functions.
  while (solver->Plan(attempt, workspace, nullptr).function !=
         HashFunctionId::kMultiplyXorShiftRX) {
    solver->Try(attempt++, workspace, nullptr);
  }
  const std::size_t before = allocation_count;
  for (int i = 0; i < 1000; ++i) solver->Try(attempt++, workspace, nullptr);
  EXPECT_EQ(allocation_count, before);

  // A new solver assesses its function after some attempts.
  const auto fresh = Solver::Create(
      keys, {.hash_function = "Mulshrolate4RX", .search = SeedSearch::kPlain});
  const std::size_t before_plain = allocation_count;
  for (std::uint64_t i = 1; i <= 1000; ++i) {
    fresh->Try(i, workspace, nullptr);
  }
  EXPECT_EQ(allocation_count, before_plain);
}

TEST(WorkspaceTest, ThePoolAllocatesNothingOnceItHasGrown) {
  const KeySet keys = MakeKeySet(AddressKeys(1000, 1));
  const auto solver = Solver::Create(
      keys, {.hash_function = "MultiplyShiftRX", .search = SeedSearch::kPool});
  const std::uint64_t generation =
      PoolGeneration::For(PoolGeneration::kLast, keys.size(),
                          GraphSize::For(keys.size(), 0))
          .attempt_count();
  Workspace workspace;
  std::uint64_t attempt = 1;
  for (; attempt < 4 * generation; ++attempt) {
    solver->Try(attempt, workspace, nullptr);
  }
  const std::size_t before = allocation_count;
  for (; attempt < 6 * generation; ++attempt) {
    solver->Try(attempt, workspace, nullptr);
  }
  EXPECT_EQ(allocation_count, before);
}

TEST(WorkspaceTest, ThePoolGrowsToWhatIsPredicted) {
  const KeySet keys = MakeKeySet(AddressKeys(1000, 1));
  const auto solver = Solver::Create(
      keys, {.hash_function = "MultiplyShiftRX", .search = SeedSearch::kPool});
  const GraphSize size = GraphSize::For(keys.size(), 0);
  Workspace workspace;
  for (std::uint64_t i = 1; i < 200; ++i) solver->Try(i, workspace, nullptr);
  EXPECT_EQ(workspace.bytes(),
            (size.vertex_count + 1) * sizeof(std::uint32_t) +
                PoolScratchBytes(size, HalfLayout(keys.size(), size).bytes()));
}

TEST(WorkspaceTest, BuildAllocatesTheTableAlone) {
  const KeySet keys = MakeKeySet(AddressKeys(3000, 1));
  const auto solver = Solver::Create(keys, {});
  Workspace workspace;
  const std::uint64_t attempt = SolveAndBuild(keys, workspace);
  const std::size_t before = allocation_count;
  const auto table = solver->Build(attempt, workspace);
  EXPECT_EQ(allocation_count, before + 1);
}

// From the keys in memory to the verified table, in a workspace of its own.
// Smaller sets may use a seed pool, which takes what SolvingBytes says.
TEST(WorkspaceTest, AKeyTakesNoMoreThan40BytesAtThePeak) {
  // 2^k + 1 keys take most: four vertices for each key.
  for (const std::size_t count : {600'000, (1 << 20) + 1, 3'000'000}) {
    const auto bytes =
        KeyFileBytes(absl::MakeConstSpan(RandomKeys(count, count)));
    live_bytes_max = live_bytes.load();
    const std::size_t before = live_bytes;
    const auto keys = KeySet::Parse(bytes, KeyWidth::k32Bits);
    const auto solver = Solver::Create(*keys, {});
    Workspace workspace;
    std::uint64_t attempt = 1;
    while (solver->Try(attempt, workspace, nullptr) != Outcome::kSolved) {
      ++attempt;
    }
    const auto table = solver->Build(attempt, workspace);
    ASSERT_TRUE(table.ok());
    const std::size_t used = live_bytes_max - before;
    EXPECT_LT(used, 40 * count);
    // What the engine reserves for it; the alignment to huge pages takes
    // addresses, not memory.
    const std::size_t reserved = keys->memory_bytes() + table->SizeBytes() +
                                 SolvingBytes({}, count, 0, 1);
    EXPECT_LT(used, reserved + 3 * kHugePageBytes);
  }
}

TEST(WorkspaceTest, GrowsToWhatIsPredictedAndServesSmallerSets) {
  Workspace workspace;
  EXPECT_EQ(workspace.bytes(), 0u);
  SolveAndBuild(MakeKeySet(AddressKeys(5000, 1)), workspace);
  EXPECT_EQ(workspace.bytes(), WorkspaceBytes(5000, 0));
  SolveAndBuild(MakeKeySet(AddressKeys(20, 1)), workspace);
  EXPECT_EQ(workspace.bytes(), WorkspaceBytes(5000, 0));
}

TEST(WorkspaceTest, TrimGivesBackAndItGrowsAgain) {
  const KeySet keys = MakeKeySet(AddressKeys(500, 1));
  Workspace workspace;
  SolveAndBuild(keys, workspace);
  workspace.Trim();
  EXPECT_EQ(workspace.bytes(), 0u);
  SolveAndBuild(keys, workspace);
  EXPECT_EQ(workspace.bytes(), WorkspaceBytes(500, 0));
}

}  // namespace
}  // namespace perfecthash
