#include "tests/benchmark/plain_files.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include "engine/base/file_bytes.h"
#include "engine/base/mutex.h"
#include "engine/base/status_macros.h"
#include "tests/benchmark/disk.h"

namespace perfecthash {

namespace fs = std::filesystem;

absl::StatusOr<PlainFiles> PlainFiles::Read(const std::string& directory) {
  PlainFiles tree;
  for (const auto& entry : fs::directory_iterator(directory)) {
    Directory& read = tree.directories_.emplace_back();
    read.name = entry.path().filename().string();
    for (const auto& file : fs::directory_iterator(entry.path())) {
      ASSIGN_OR_RETURN(std::vector<std::uint8_t> bytes,
                       ReadFileBytes(file.path().string(), UINT64_MAX));
      read.files.push_back({file.path().filename().string(), std::move(bytes)});
    }
  }
  std::sort(
      tree.directories_.begin(), tree.directories_.end(),
      [](const Directory& a, const Directory& b) { return a.name < b.name; });
  return tree;
}

absl::Status PlainFiles::WriteDirectory(const std::string& root,
                                        const Directory& directory) const {
  const std::string path = absl::StrCat(root, "/", directory.name);
  fs::create_directories(path);
  for (const File& file : directory.files) {
    RETURN_IF_ERROR(
        WriteFileBytes(absl::StrCat(path, "/", file.name), file.bytes));
  }
  return absl::OkStatus();
}

absl::Status PlainFiles::Write(const std::string& directory,
                               int thread_count) const {
  std::atomic<std::size_t> next{0};
  Mutex mutex;
  absl::Status status;
  const auto write = [&] {
    for (std::size_t i = next++; i < directories_.size(); i = next++) {
      absl::Status written = WriteDirectory(directory, directories_[i]);
      if (written.ok()) continue;
      MutexLock lock(mutex);
      status.Update(std::move(written));
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < thread_count; ++i) threads.emplace_back(write);
  for (std::thread& thread : threads) thread.join();
  MutexLock lock(mutex);
  return status;
}

void ClearTree(const std::string& directory) {
  fs::remove_all(directory);
  fs::create_directories(directory);
  FlushDisk();
}

}  // namespace perfecthash
