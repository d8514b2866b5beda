#include "engine/perfect_hash/coverage.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <vector>

#include "engine/perfect_hash/solver.h"
#include "tests/support/key_sets.h"

namespace perfecthash {
namespace {

Table Solve(const KeySet& keys, const SolverOptions& options) {
  const auto solver = Solver::Create(keys, options);
  Workspace workspace;
  std::uint64_t attempt = 1;
  while (solver->Try(attempt, workspace, nullptr) != Outcome::kSolved) {
    ++attempt;
  }
  return *solver->Build(attempt, workspace);
}

std::size_t EntryBytes(const Table& table) {
  return static_cast<std::size_t>(table.parameters().size.entry_bytes());
}

// The units that hold one of the entries, and how many each holds.
std::map<std::size_t, std::uint32_t> UnitsOf(
    const Table& table, const std::set<std::uint32_t>& entries,
    std::size_t unit_bytes) {
  std::map<std::size_t, std::uint32_t> units;
  for (const std::uint32_t entry : entries) {
    ++units[entry * EntryBytes(table) / unit_bytes];
  }
  return units;
}

std::set<std::uint32_t> AssignedEntries(const Table& table) {
  std::set<std::uint32_t> entries;
  for (std::uint32_t i = 0; i < table.parameters().size.vertex_count; ++i) {
    if (table.entry(i) != 0) entries.insert(i);
  }
  return entries;
}

std::uint64_t TotalUnits(const Table& table, double unit_bytes) {
  return static_cast<std::uint64_t>(
      std::ceil(static_cast<double>(table.SizeBytes()) / unit_bytes));
}

void ExpectUnits(const UnitCounts& counts, const Table& table,
                 std::size_t unit_bytes) {
  const std::size_t used =
      UnitsOf(table, AssignedEntries(table), unit_bytes).size();
  EXPECT_EQ(counts.used, used);
  EXPECT_EQ(counts.total, TotalUnits(table, static_cast<double>(unit_bytes)));
  EXPECT_EQ(counts.empty(), counts.total - used);
}

// h[0] .. h[E], line by line.
std::vector<double> HistogramOf(const Table& table) {
  std::vector<double> histogram(64 / EntryBytes(table) + 1);
  const auto lines = UnitsOf(table, AssignedEntries(table), 64);
  for (const auto& [line, count] : lines) ++histogram[count];
  histogram[0] =
      static_cast<double>(TotalUnits(table, 64)) - double(lines.size());
  return histogram;
}

void ExpectStatistics(const Coverage& coverage, const Table& table) {
  const std::vector<double> h = HistogramOf(table);
  const auto n = static_cast<double>(h.size());
  const double full = n - 1;
  double mean_h = 0, score = 0, assigned = 0;
  for (std::size_t i = 0; i < h.size(); ++i) {
    mean_h += h[i] / n;
    score += double(i * i) * h[i];
    assigned += double(i) * h[i];
  }
  const double mean_i = full / 2;
  double sum_ih = 0, sum_ii = 0, sum_hh = 0;
  for (std::size_t i = 0; i < h.size(); ++i) {
    sum_ih += (double(i) - mean_i) * (h[i] - mean_h);
    sum_ii += (double(i) - mean_i) * (double(i) - mean_i);
    sum_hh += (h[i] - mean_h) * (h[i] - mean_h);
  }
  const double slope = sum_ih / sum_ii;
  const double intercept = mean_h - slope * mean_i;
  const double tolerance = 1e-9 * (1 + double(TotalUnits(table, 64)));
  EXPECT_NEAR(coverage.slope, slope, tolerance);
  EXPECT_NEAR(coverage.intercept, intercept, tolerance);
  EXPECT_NEAR(coverage.correlation, sum_ih / std::sqrt(sum_ii * sum_hh), 1e-9);
  EXPECT_NEAR(coverage.predicted_filled_cache_lines, slope * full + intercept,
              64 * tolerance);
  EXPECT_EQ(double(coverage.score), score);
  EXPECT_EQ(double(coverage.assigned_count), assigned);
  EXPECT_NEAR(coverage.rank, score / (assigned / full * full * full), 1e-12);
}

TEST(CoverageTest, FiguresAreThoseOfThePlainComputation) {
  // Entries of 1, 2 and 4 bytes; less than a line to several large pages.
  for (const std::size_t count : {7, 200, 300, 5'000, 30'000, 300'000}) {
    SCOPED_TRACE(count);
    const Table table = Solve(MakeKeySet(RandomKeys(count, count)), {});
    const Coverage coverage = MeasureCoverage(table);
    ExpectUnits(coverage.cache_lines, table, 64);
    ExpectUnits(coverage.pages, table, 4096);
    ExpectUnits(coverage.large_pages, table, 2 * 1024 * 1024);
    EXPECT_EQ(coverage.entries_per_cache_line, 64 / EntryBytes(table));
    std::vector<double> histogram = HistogramOf(table);
    while (histogram.back() == 0) histogram.pop_back();
    EXPECT_EQ(std::vector<double>(coverage.lines_by_assigned_count.begin(),
                                  coverage.lines_by_assigned_count.end()),
              histogram);
    EXPECT_EQ(coverage.max_assigned_per_cache_line(), histogram.size() - 1);
    ExpectStatistics(coverage, table);
  }
}

TEST(CoverageTest, APartOfAUnitCountsAsOne) {
  const Table table = Solve(MakeKeySet(LinearKeys(3, 1, 1)), {});
  ASSERT_EQ(table.SizeBytes(), 16u);
  const Coverage coverage = MeasureCoverage(table);
  EXPECT_EQ(coverage.cache_lines.total, 1u);
  EXPECT_EQ(coverage.pages.total, 1u);
  EXPECT_EQ(coverage.large_pages.total, 1u);
}

TEST(CoverageTest, ATableOfZerosUsesNothing) {
  // The only key has index 0, which is 0 + 0.
  const Table table = Solve(MakeKeySet(LinearKeys(1, 5, 1)), {});
  const Coverage coverage = MeasureCoverage(table);
  EXPECT_EQ(coverage.assigned_count, 0u);
  EXPECT_EQ(coverage.cache_lines.used, 0u);
  EXPECT_EQ(coverage.pages.used, 0u);
  EXPECT_EQ(coverage.max_assigned_per_cache_line(), 0u);
  EXPECT_EQ(coverage.score, 0u);
  EXPECT_EQ(coverage.rank, 0);
}

TEST(CoverageTest, ASubsetReadsTheUnitsOfItsKeysVertices) {
  for (const std::size_t count : {7, 200, 300, 5'000, 300'000}) {
    SCOPED_TRACE(count);
    const auto list = RandomKeys(count, count);
    const Table table = Solve(MakeKeySet(list), {});
    std::vector<std::uint64_t> subset;
    std::set<std::uint32_t> entries;
    for (std::size_t i = 0; i < count; i += 3) {
      subset.push_back(list[i]);
      const VertexPair pair = HashKey(table.parameters().function,
                                      table.parameters().hash, list[i]);
      entries.insert({pair.first, pair.second});
    }
    const SubsetCoverage coverage = MeasureSubsetCoverage(table.view(), subset);
    const auto lines = UnitsOf(table, entries, 64);
    EXPECT_EQ(coverage.cache_lines, lines.size());
    EXPECT_EQ(coverage.pages, UnitsOf(table, entries, 4096).size());
    EXPECT_EQ(coverage.large_pages,
              UnitsOf(table, entries, 2 * 1024 * 1024).size());
    std::uint32_t most = 0;
    for (const auto& [line, entry_count] : lines) {
      most = std::max(most, entry_count);
    }
    EXPECT_EQ(coverage.max_entries_per_cache_line, most);
  }
}

TEST(CoverageTest, AnEmptySubsetReadsNothing) {
  const Table table = Solve(MakeKeySet(RandomKeys(100, 1)), {});
  const SubsetCoverage coverage = MeasureSubsetCoverage(table.view(), {});
  EXPECT_EQ(coverage.cache_lines, 0u);
  EXPECT_EQ(coverage.max_entries_per_cache_line, 0u);
}

}  // namespace
}  // namespace perfecthash
