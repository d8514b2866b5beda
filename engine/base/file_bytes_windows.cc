#include <windows.h>

#include <algorithm>
#include <atomic>

#include "absl/strings/str_cat.h"
#include "engine/base/file_bytes.h"
#include "engine/base/os_error.h"
#include "engine/base/windows_file.h"

namespace perfecthash {
namespace {

// What one call transfers at most.
DWORD TransferLength(std::size_t bytes) {
  return static_cast<DWORD>(std::min(bytes, std::size_t{1} << 30));
}

absl::Status WriteAll(HANDLE file, absl::Span<const std::uint8_t> bytes,
                      const std::string& path) {
  while (!bytes.empty()) {
    DWORD written = 0;
    if (!::WriteFile(file, bytes.data(), TransferLength(bytes.size()), &written,
                     nullptr)) {
      return OsErrorToStatus(LastWindowsError(), "write " + path);
    }
    bytes.remove_prefix(written);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::uint8_t>> ReadFileBytes(
    const std::string& path, std::uint64_t max_bytes) {
  UniqueHandle file;
  int error = OpenWindowsFile(path, WindowsFileUse::kBlocking, file);
  if (error != 0) return OsErrorToStatus(error, "open " + path);
  std::int64_t size_bytes = 0;
  error = WindowsFileSize(file.get(), size_bytes);
  if (error != 0) return OsErrorToStatus(error, "read the size of " + path);
  if (static_cast<std::uint64_t>(size_bytes) > max_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat(
        path, " has ", size_bytes, " bytes; the limit is ", max_bytes));
  }
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size_bytes));
  std::size_t done = 0;
  while (done < bytes.size()) {
    DWORD count = 0;
    if (!::ReadFile(reinterpret_cast<HANDLE>(file.get()), bytes.data() + done,
                    TransferLength(bytes.size() - done), &count, nullptr)) {
      return OsErrorToStatus(LastWindowsError(), "read " + path);
    }
    if (count == 0) break;  // it shrank meanwhile
    done += count;
  }
  bytes.resize(done);
  return bytes;
}

absl::Status WriteFileBytes(const std::string& path,
                            absl::Span<const std::uint8_t> bytes) {
  static std::atomic<unsigned> serial{0};
  const std::string temporary = absl::StrCat(
      path, ".", ::GetCurrentProcessId(), ".",
      serial.fetch_add(1, std::memory_order_relaxed),  // only uniqueness counts
      ".tmp");
  UniqueHandle file;
  int error = CreateWindowsFile(temporary, WindowsFileUse::kBlocking, file);
  if (error != 0) return OsErrorToStatus(error, "create " + temporary);
  absl::Status status =
      WriteAll(reinterpret_cast<HANDLE>(file.get()), bytes, path);
  file.Reset();
  if (status.ok()) {
    error = MoveWindowsFile(temporary, path);
    if (error != 0) {
      status = OsErrorToStatus(error, "rename " + temporary + " to " + path);
    }
  }
  if (!status.ok()) RemoveWindowsFile(temporary);
  return status;
}

}  // namespace perfecthash
