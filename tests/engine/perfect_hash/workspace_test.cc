#include "engine/perfect_hash/workspace.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "engine/perfect_hash/solver.h"
#include "tests/support/key_sets.h"

namespace {

std::atomic<std::size_t> allocation_count = 0;

void* Allocate(std::size_t size, std::size_t alignment) {
  ++allocation_count;
  void* memory = nullptr;
  if (posix_memalign(&memory, alignment, size) != 0) std::abort();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) {
  return Allocate(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return Allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
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
