#include <windows.h>

#include <cstring>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/os_error.h"
#include "engine/base/status_macros.h"
#include "engine/base/unique_handle.h"
#include "engine/base/windows_file.h"
#include "engine/io/mapped_write.h"
#include "engine/io/temporary_path.h"

namespace perfecthash {
namespace {

DWORD HighHalf(std::uint64_t number) {
  return static_cast<DWORD>(number >> 32);
}
DWORD LowHalf(std::uint64_t number) { return static_cast<DWORD>(number); }

// A mapping beyond the end extends the file, with space of its own.
absl::Status WriteThroughMapping(HANDLE file, std::uint64_t offset,
                                 absl::Span<const std::uint8_t> bytes,
                                 const std::string& path) {
  if (bytes.empty()) return absl::OkStatus();
  const std::uint64_t end = offset + bytes.size();
  const HANDLE handle = ::CreateFileMappingW(
      file, nullptr, PAGE_READWRITE, HighHalf(end), LowHalf(end), nullptr);
  if (handle == nullptr) {
    return OsErrorToStatus(LastWindowsError(), absl::StrCat("write ", path));
  }
  const UniqueHandle mapping(reinterpret_cast<UniqueHandle::Native>(handle));
  // A view begins on a multiple of this.
  SYSTEM_INFO system;
  ::GetSystemInfo(&system);
  const std::uint64_t before = offset % system.dwAllocationGranularity;
  const std::uint64_t start = offset - before;
  void* const memory = ::MapViewOfFile(handle, FILE_MAP_WRITE, HighHalf(start),
                                       LowHalf(start), before + bytes.size());
  if (memory == nullptr) {
    return OsErrorToStatus(LastWindowsError(), absl::StrCat("map ", path));
  }
  std::memcpy(static_cast<std::uint8_t*>(memory) + before, bytes.data(),
              bytes.size());
  ::UnmapViewOfFile(memory);
  return absl::OkStatus();
}

absl::StatusOr<std::uint64_t> WriteContent(HANDLE file, ByteSource& source,
                                           absl::Span<std::uint8_t> chunk,
                                           const std::string& path,
                                           CancellationToken token) {
  std::uint64_t size_bytes = 0;
  for (;;) {
    if (token.cancelled()) {
      return absl::CancelledError(
          absl::StrCat("cancelled while writing ", path));
    }
    const std::size_t count = source.Fill(chunk);
    RETURN_IF_ERROR(
        WriteThroughMapping(file, size_bytes, chunk.first(count), path));
    size_bytes += count;
    if (count < chunk.size()) return size_bytes;
  }
}

}  // namespace

absl::StatusOr<std::uint64_t> WriteMappedFile(const std::string& path,
                                              ByteSource& source,
                                              absl::Span<std::uint8_t> chunk,
                                              std::uint64_t serial,
                                              CancellationToken token) {
  CHECK(!chunk.empty());
  const std::string temporary = TemporaryPath(path, serial);
  UniqueHandle file;
  int error = CreateWindowsFile(temporary, WindowsFileUse::kBlocking, file);
  if (error != 0) {
    return OsErrorToStatus(error, absl::StrCat("create ", temporary));
  }
  absl::StatusOr<std::uint64_t> size_bytes = WriteContent(
      reinterpret_cast<HANDLE>(file.get()), source, chunk, path, token);
  file.Reset();
  if (size_bytes.ok()) {
    error = MoveWindowsFile(temporary, path);
    if (error == 0) return size_bytes;
    size_bytes = OsErrorToStatus(
        error, absl::StrCat("rename ", temporary, " to ", path));
  }
  RemoveWindowsFile(temporary);
  return size_bytes;
}

}  // namespace perfecthash
