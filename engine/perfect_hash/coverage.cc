#include "engine/perfect_hash/coverage.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace perfecthash {
namespace {

// Entries of one byte.
constexpr std::size_t kEntriesPerLineMax = kCacheLineBytes;
using Histogram = std::array<std::uint32_t, kEntriesPerLineMax + 1>;

constexpr std::size_t kLinesPerPage = kPageBytes / kCacheLineBytes;
constexpr std::size_t kLinesPerLargePage = kLargePageBytes / kCacheLineBytes;

std::uint64_t UnitsOf(std::uint64_t bytes, std::uint64_t unit_bytes) {
  return (bytes + unit_bytes - 1) / unit_bytes;
}

template <typename Entry>
std::uint32_t CountAssigned(const Entry* entries, std::size_t count) {
  std::uint32_t assigned = 0;
  for (std::size_t i = 0; i < count; ++i) assigned += entries[i] != 0;
  return assigned;
}

// Goes through the lines from first to last and keeps count.
class LineCounter {
 public:
  explicit LineCounter(Coverage& coverage) : coverage_(coverage) {}

  void Add(std::uint64_t line, std::uint32_t assigned) {
    ++histogram_[assigned];
    if (assigned == 0) return;
    coverage_.assigned_count += assigned;
    ++coverage_.cache_lines.used;
    const std::uint64_t page = line / kLinesPerPage;
    const std::uint64_t large_page = line / kLinesPerLargePage;
    coverage_.pages.used += page != page_;
    coverage_.large_pages.used += large_page != large_page_;
    page_ = page;
    large_page_ = large_page;
  }

  const Histogram& histogram() const { return histogram_; }

 private:
  static constexpr std::uint64_t kNone = ~std::uint64_t{0};

  Coverage& coverage_;
  Histogram histogram_{};
  std::uint64_t page_ = kNone;  // the last that was used
  std::uint64_t large_page_ = kNone;
};

// False if stopped.
template <typename Entry>
bool CountLines(absl::Span<const std::uint8_t> bytes, const StopCheck* stop,
                LineCounter& counter) {
  constexpr std::size_t kPerLine = kCacheLineBytes / sizeof(Entry);
  constexpr std::size_t kLinesBetweenStops = 4096;
  const auto* const entries = reinterpret_cast<const Entry*>(bytes.data());
  const std::size_t count = bytes.size() / sizeof(Entry);
  return InPieces(
      (count + kPerLine - 1) / kPerLine, kLinesBetweenStops, stop,
      [&](std::size_t begin, std::size_t end) {
        for (std::size_t line = begin; line < end; ++line) {
          const std::size_t first = line * kPerLine;
          counter.Add(line, CountAssigned(entries + first,
                                          std::min(kPerLine, count - first)));
        }
      });
}

bool CountLines(const TableView& table, const StopCheck* stop,
                LineCounter& counter) {
  switch (table.parameters.size.entry_bytes()) {
    case 1:
      return CountLines<std::uint8_t>(table.assigned, stop, counter);
    case 2:
      return CountLines<std::uint16_t>(table.assigned, stop, counter);
    default:
      return CountLines<std::uint32_t>(table.assigned, stop, counter);
  }
}

// The sums are integers, far from overflow (2^24 lines at most), so that one
// division rounds once, whatever instructions the compiler chooses.
void FitLine(const Histogram& histogram, Coverage& coverage) {
  const std::int64_t last = coverage.entries_per_cache_line;
  const std::int64_t n = last + 1;
  std::int64_t sum_i = 0, sum_ii = 0, sum_h = 0, sum_ih = 0, sum_hh = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t h = histogram[static_cast<std::size_t>(i)];
    sum_i += i;
    sum_ii += i * i;
    sum_h += h;
    sum_ih += i * h;
    sum_hh += h * h;
    coverage.score += static_cast<std::uint64_t>(i * i * h);
  }
  const std::int64_t rise = n * sum_ih - sum_i * sum_h;
  const std::int64_t offset = sum_ii * sum_h - sum_i * sum_ih;
  const auto spread_i = static_cast<double>(n * sum_ii - sum_i * sum_i);
  const auto spread_h = static_cast<double>(n * sum_hh - sum_h * sum_h);
  coverage.slope = static_cast<double>(rise) / spread_i;
  coverage.intercept = static_cast<double>(offset) / spread_i;
  coverage.predicted_filled_cache_lines =
      static_cast<double>(last * rise + offset) / spread_i;
  if (spread_h > 0) {
    coverage.correlation =
        static_cast<double>(rise) / std::sqrt(spread_i * spread_h);
  }
  if (coverage.assigned_count > 0) {
    coverage.rank = static_cast<double>(coverage.score) /
                    static_cast<double>(coverage.assigned_count *
                                        coverage.entries_per_cache_line);
  }
}

}  // namespace

std::optional<Coverage> MeasureCoverage(const TableView& table,
                                        const StopCheck* stop) {
  const std::size_t bytes = table.assigned.size();
  Coverage coverage;
  coverage.cache_lines.total = UnitsOf(bytes, kCacheLineBytes);
  coverage.pages.total = UnitsOf(bytes, kPageBytes);
  coverage.large_pages.total = UnitsOf(bytes, kLargePageBytes);
  coverage.entries_per_cache_line =
      static_cast<std::uint32_t>(kCacheLineBytes) /
      table.parameters.size.entry_bytes();

  LineCounter counter(coverage);
  if (!CountLines(table, stop, counter)) return std::nullopt;
  const Histogram& histogram = counter.histogram();
  FitLine(histogram, coverage);
  std::size_t size = histogram.size();
  while (size > 1 && histogram[size - 1] == 0) --size;
  coverage.lines_by_assigned_count.assign(histogram.begin(),
                                          histogram.begin() + size);
  return coverage;
}

SubsetCoverage MeasureSubsetCoverage(const TableView& table,
                                     absl::Span<const std::uint64_t> keys) {
  const TableParameters& parameters = table.parameters;
  std::vector<std::uint32_t> entries;
  entries.reserve(2 * keys.size());
  for (const std::uint64_t key : keys) {
    const VertexPair vertices = HashKey(parameters.function, parameters.hash,
                                        parameters.packing.Pack(key));
    entries.push_back(vertices.first);
    entries.push_back(vertices.second);
  }
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());

  constexpr std::uint64_t kNone = ~std::uint64_t{0};
  SubsetCoverage coverage;
  std::uint64_t line = kNone, page = kNone, large_page = kNone;
  std::uint32_t in_line = 0;
  for (const std::uint64_t entry : entries) {
    const std::uint64_t byte = entry * parameters.size.entry_bytes();
    in_line = byte / kCacheLineBytes == line ? in_line + 1 : 1;
    coverage.cache_lines += byte / kCacheLineBytes != line;
    coverage.pages += byte / kPageBytes != page;
    coverage.large_pages += byte / kLargePageBytes != large_page;
    coverage.max_entries_per_cache_line =
        std::max(coverage.max_entries_per_cache_line, in_line);
    line = byte / kCacheLineBytes;
    page = byte / kPageBytes;
    large_page = byte / kLargePageBytes;
  }
  return coverage;
}

}  // namespace perfecthash
