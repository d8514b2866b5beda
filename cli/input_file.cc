#include "cli/input_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

#include "engine/base/file_bytes.h"
#include "engine/base/os_error.h"

namespace perfecthash {
namespace {

absl::StatusOr<std::vector<std::uint8_t>> ReadToEnd(std::FILE* file,
                                                    const std::string& name,
                                                    std::uint64_t max_bytes) {
  constexpr std::uint64_t kStepBytes = 64 << 10;
  std::vector<std::uint8_t> bytes;
  std::size_t count = 0;
  // One byte more than allowed tells that there are too many.
  do {
    const std::size_t done = bytes.size();
    bytes.resize(done + std::min(kStepBytes, max_bytes + 1 - done));
    count = std::fread(bytes.data() + done, 1, bytes.size() - done, file);
    bytes.resize(done + count);
  } while (count > 0 && bytes.size() <= max_bytes);
  if (std::ferror(file) != 0) return OsErrorToStatus(errno, "read " + name);
  if (bytes.size() <= max_bytes) return bytes;
  return absl::ResourceExhaustedError(
      fmt::format("{} has more than {} bytes, the limit", name, max_bytes));
}

}  // namespace

absl::StatusOr<std::vector<std::uint8_t>> ReadInput(const std::string& path,
                                                    std::uint64_t max_bytes) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_type type = fs::status(path, error).type();
  const bool has_size = type != fs::file_type::fifo &&
                        type != fs::file_type::character &&
                        type != fs::file_type::socket;
  if (has_size) return ReadFileBytes(path, max_bytes);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      std::fopen(path.c_str(), "rb"), &std::fclose);
  if (file == nullptr) return OsErrorToStatus(errno, "open " + path);
  return ReadToEnd(file.get(), path, max_bytes);
}

absl::StatusOr<std::vector<std::uint8_t>> ReadStandardInput(
    std::uint64_t max_bytes) {
  return ReadToEnd(stdin, "standard input", max_bytes);
}

}  // namespace perfecthash
