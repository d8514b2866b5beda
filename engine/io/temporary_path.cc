#include "engine/io/temporary_path.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "engine/base/path.h"

namespace perfecthash {
namespace {

constexpr std::string_view kPrefix = ".perfecthash-";
constexpr std::string_view kSuffix = ".tmp";
constexpr std::size_t kDigitCount = 16;

// Where the last component begins.
std::size_t NameStart(std::string_view path) {
  const std::size_t slash = path.find_last_of(PathSeparators());
  return slash == std::string_view::npos ? 0 : slash + 1;
}

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

}  // namespace

std::string TemporaryPath(std::string_view path, std::uint64_t serial) {
  std::string temporary(path.substr(0, NameStart(path)));
  temporary += kPrefix;
  absl::StrAppend(&temporary, absl::Hex(serial, absl::kZeroPad16));
  temporary += kSuffix;
  return temporary;
}

bool IsTemporaryPath(std::string_view path) {
  std::string_view name = path.substr(NameStart(path));
  if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix) ||
      name.size() != kPrefix.size() + kDigitCount + kSuffix.size()) {
    return false;
  }
  name = name.substr(kPrefix.size(), kDigitCount);
  return std::all_of(name.begin(), name.end(), IsHexDigit);
}

}  // namespace perfecthash
