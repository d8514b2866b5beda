#include "cli/key_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/exit_code.h"
#include "cli/input_file.h"
#include "engine/base/os_error.h"
#include "engine/base/status_macros.h"
#include "engine/base/utf8.h"

namespace perfecthash {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExtension = ".keys";

bool IsKeyFile(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.ends_with(kExtension) && !name.starts_with('.');
}

std::string WithoutExtension(std::string name) {
  if (name.ends_with(kExtension)) name.resize(name.size() - kExtension.size());
  return name;
}

// One walk for both iterators; the error is that of a directory that ends
// early.
template <typename Iterator>
std::error_code Walk(const fs::path& root, KeyFileList& list) {
  std::error_code error;
  for (Iterator entry(root, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!IsKeyFile(entry->path())) continue;
    std::error_code ignored;
    if (entry->is_directory(ignored)) continue;
    const std::string relative =
        entry->path().lexically_relative(root).generic_string();
    list.files.push_back({.path = entry->path().string(),
                          .item_id = WithoutExtension(relative)});
  }
  return error;
}

void AddFailure(KeyFileList& list, const std::string& path,
                std::string_view reason) {
  cli::LocalFailure& failure = list.failures.emplace_back();
  failure.set_path(Utf8OrEscaped(path));
  failure.set_reason(std::string(reason));
}

// Sets digest and size, unless the file cannot be sent.
absl::Status DigestKeyFile(const KeyFileLimits& limits, KeyFile& file) {
  if (!IsUtf8(file.item_id)) {
    return absl::InvalidArgumentError(
        "its name is no UTF-8, as names in a request must be: rename it");
  }
  std::vector<std::uint8_t> read;
  if (!file.content.has_value()) {
    ASSIGN_OR_RETURN(read, ReadKeyFile(file.path, limits));
  }
  const std::vector<std::uint8_t>& bytes =
      file.content.has_value() ? *file.content : read;
  file.digest = Sha256(bytes);
  file.size_bytes = static_cast<std::int64_t>(bytes.size());
  return absl::OkStatus();
}

}  // namespace

std::string StemOf(const std::string& path) {
  return WithoutExtension(fs::path(path).filename().string());
}

absl::StatusOr<KeyFileList> FindKeyFiles(const std::string& directory,
                                         Descend descend) {
  KeyFileList list;
  const fs::path root(directory);
  const std::error_code error =
      descend == Descend::kYes
          ? Walk<fs::recursive_directory_iterator>(root, list)
          : Walk<fs::directory_iterator>(root, list);
  if (error) {
    return OsErrorToStatus(error.value(), "read the directory " + directory);
  }
  std::sort(
      list.files.begin(), list.files.end(),
      [](const KeyFile& a, const KeyFile& b) { return a.item_id < b.item_id; });
  return list;
}

absl::StatusOr<std::vector<std::uint8_t>> ReadKeyFile(
    const std::string& path, const KeyFileLimits& limits) {
  ASSIGN_OR_RETURN(
      std::vector<std::uint8_t> bytes,
      ReadInput(path, static_cast<std::uint64_t>(limits.size_bytes_max)));
  if (bytes.empty()) {
    return absl::InvalidArgumentError("it is empty: it has no keys");
  }
  const auto key_size = static_cast<std::size_t>(limits.key_size_bytes);
  if (bytes.size() % key_size != 0) {
    return absl::InvalidArgumentError(
        fmt::format("{} bytes are no multiple of the key size of {}; is it cut "
                    "short, or is --key-size wrong?",
                    bytes.size(), key_size));
  }
  return bytes;
}

absl::Status DigestKeyFiles(Session& session, const KeyFileLimits& limits,
                            KeyFileList& list) {
  ProgressCounts counts;
  counts.total = static_cast<std::int64_t>(list.files.size());
  std::vector<KeyFile> readable;
  readable.reserve(list.files.size());
  for (KeyFile& file : list.files) {
    if (session.interrupted()) {
      return Failure(ExitCode::kInterrupted,
                     "interrupted; nothing was created");
    }
    const absl::Status status = DigestKeyFile(limits, file);
    ++counts.done;
    if (status.ok()) {
      counts.bytes += file.size_bytes;
      readable.push_back(std::move(file));
    } else {
      ++counts.failed;
      session.console().Note("left out: " + Utf8OrEscaped(file.path) + ": " +
                             MessageOf(status));
      AddFailure(list, file.path, MessageOf(status));
    }
    session.progress().Update(counts);
  }
  list.files = std::move(readable);
  return absl::OkStatus();
}

}  // namespace perfecthash
