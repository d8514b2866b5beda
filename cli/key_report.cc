#include "cli/key_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "cli/exit_code.h"
#include "cli/number.h"

namespace perfecthash {
namespace {

std::uint64_t KeyAt(absl::Span<const std::uint8_t> bytes, std::size_t offset,
                    int size) {
  std::uint64_t key = 0;
  for (int i = 0; i < size; ++i) {
    key |= std::uint64_t{bytes[offset + static_cast<std::size_t>(i)]}
           << (8 * i);
  }
  return key;
}

std::vector<std::uint64_t> DecodeKeys(absl::Span<const std::uint8_t> bytes,
                                      int size) {
  const auto step = static_cast<std::size_t>(size);
  std::vector<std::uint64_t> keys;
  keys.reserve(bytes.size() / step);
  for (std::size_t offset = 0; offset + step <= bytes.size(); offset += step) {
    keys.push_back(KeyAt(bytes, offset, size));
  }
  return keys;
}

// `keys` are sorted.
void CountDuplicates(const std::vector<std::uint64_t>& keys,
                     cli::KeyFileReport& report) {
  for (std::size_t i = 1; i < keys.size(); ++i) {
    if (keys[i] != keys[i - 1]) continue;
    report.set_duplicate_count(report.duplicate_count() + 1);
    if (!report.has_first_duplicate()) report.set_first_duplicate(keys[i]);
  }
}

void MeasureTable(const std::vector<std::uint64_t>& keys,
                  cli::KeyFileReport& report) {
  const std::uint64_t edges =
      std::max<std::uint64_t>(8, std::bit_ceil(keys.size()));
  report.set_edge_count(static_cast<std::int64_t>(edges));
  report.set_vertex_count(static_cast<std::int64_t>(2 * edges));
  report.set_density(static_cast<double>(keys.size()) /
                     static_cast<double>(edges));
  std::uint64_t varying = 0;
  for (const std::uint64_t key : keys) varying |= key ^ keys.front();
  report.set_varying_bits(std::popcount(varying));
  report.set_packable(report.varying_bits() <= 32);
}

// Small 64-bit keys read as 32-bit ones have a 0 between them: the commonest
// way to keys that "occur again".
std::string WidthHint(const cli::KeyFileReport& report) {
  const bool may_be_wide =
      report.key_size_bytes() == 4 && report.size_bytes() % 8 == 0;
  return may_be_wide ? ", or was --key-size 8 meant?" : "";
}

void FindProblems(std::size_t tail_bytes, cli::KeyFileReport& report) {
  if (tail_bytes != 0) {
    report.add_problems(fmt::format(
        "{} bytes are no multiple of the key size of {}: the file is cut "
        "short, or --key-size is wrong",
        report.size_bytes(), report.key_size_bytes()));
  }
  if (report.key_count() == 0) report.add_problems("there are no keys");
  if (report.duplicate_count() > 0) {
    report.add_problems(fmt::format(
        "{} keys occur again, the first is {:#x}; remove them{}",
        report.duplicate_count(), report.first_duplicate(), WidthHint(report)));
  }
  if (report.key_count() > 0 && !report.packable()) {
    report.add_problems(fmt::format(
        "the keys differ in {} bit positions; 8-byte keys may differ in 32",
        report.varying_bits()));
  }
  report.set_usable(report.problems().empty());
}

struct NumberedKey {
  std::uint64_t key;
  int line;
  auto operator<=>(const NumberedKey&) const = default;
};

// Collects complaints; shows the first of them and how many there are.
class Complaints {
 public:
  void Add(const std::string& complaint) {
    constexpr int kShownMax = 20;
    if (++count_ <= kShownMax) text_ += "\n  " + complaint;
    if (count_ == kShownMax + 1) text_ += "\n  ...";
  }
  absl::Status ToStatus() const {
    if (count_ == 0) return absl::OkStatus();
    return absl::InvalidArgumentError(
        fmt::format("{} {} wrong:{}", count_,
                    count_ == 1 ? "line is" : "lines are", text_));
  }

 private:
  int count_ = 0;
  std::string text_;
};

std::string_view KeyPart(std::string_view line) {
  line = line.substr(0, line.find('#'));
  while (!line.empty() &&
         absl::ascii_isspace(static_cast<unsigned char>(line.front()))) {
    line.remove_prefix(1);
  }
  while (!line.empty() &&
         absl::ascii_isspace(static_cast<unsigned char>(line.back()))) {
    line.remove_suffix(1);
  }
  return line;
}

}  // namespace

cli::KeyFileReport InspectKeys(absl::Span<const std::uint8_t> bytes,
                               int key_size_bytes) {
  cli::KeyFileReport report;
  std::vector<std::uint64_t> keys = DecodeKeys(bytes, key_size_bytes);
  report.set_size_bytes(static_cast<std::int64_t>(bytes.size()));
  report.set_key_size_bytes(key_size_bytes);
  report.set_key_count(static_cast<std::int64_t>(keys.size()));
  if (!keys.empty()) {
    report.set_sorted(std::is_sorted(keys.begin(), keys.end()));
    std::sort(keys.begin(), keys.end());
    report.set_min_key(keys.front());
    report.set_max_key(keys.back());
    report.set_contains_zero(keys.front() == 0);
    CountDuplicates(keys, report);
    MeasureTable(keys, report);
  }
  FindProblems(bytes.size() % static_cast<std::size_t>(key_size_bytes), report);
  return report;
}

absl::StatusOr<std::vector<std::uint64_t>> ParseKeyText(std::string_view text) {
  std::vector<NumberedKey> numbered;
  Complaints complaints;
  for (int line = 1; !text.empty(); ++line) {
    const std::size_t end = text.find('\n');
    const std::string_view part = KeyPart(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (part.empty()) continue;
    const absl::StatusOr<std::uint64_t> key = ParseUnsigned(part, UINT64_MAX);
    if (key.ok()) {
      numbered.push_back({*key, line});
    } else {
      complaints.Add(fmt::format("line {}: {}", line, MessageOf(key.status())));
    }
  }
  std::sort(numbered.begin(), numbered.end());
  std::vector<std::uint64_t> keys;
  keys.reserve(numbered.size());
  int first_line = 0;
  for (const NumberedKey& one : numbered) {
    if (!keys.empty() && keys.back() == one.key) {
      complaints.Add(fmt::format("line {}: {:#x} occurs in line {} already",
                                 one.line, one.key, first_line));
      continue;
    }
    first_line = one.line;
    keys.push_back(one.key);
  }
  if (const absl::Status status = complaints.ToStatus(); !status.ok()) {
    return status;
  }
  if (keys.empty()) return absl::InvalidArgumentError("there are no keys");
  return keys;
}

int KeySizeOf(const std::vector<std::uint64_t>& keys) {
  return std::all_of(keys.begin(), keys.end(),
                     [](std::uint64_t key) { return key <= UINT32_MAX; })
             ? 4
             : 8;
}

std::vector<std::uint8_t> EncodeKeys(const std::vector<std::uint64_t>& keys,
                                     int key_size_bytes) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(keys.size() * static_cast<std::size_t>(key_size_bytes));
  for (const std::uint64_t key : keys) {
    for (int i = 0; i < key_size_bytes; ++i) {
      bytes.push_back(static_cast<std::uint8_t>(key >> (8 * i)));
    }
  }
  return bytes;
}

}  // namespace perfecthash
