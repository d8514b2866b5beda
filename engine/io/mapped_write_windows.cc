#include <windows.h>

#include <cstring>

#include "absl/strings/str_cat.h"
#include "engine/base/os_error.h"
#include "engine/base/unique_handle.h"
#include "engine/base/windows_file.h"
#include "engine/io/chunk_writing.h"
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

}  // namespace

absl::StatusOr<std::uint64_t> WriteMappedFile(const std::string& path,
                                              ByteSource& source,
                                              absl::Span<std::uint8_t> chunk,
                                              std::uint64_t serial,
                                              CancellationToken token) {
  const std::string temporary = TemporaryPath(path, serial);
  UniqueHandle file;
  int error = CreateWindowsFile(temporary, WindowsFileUse::kBlocking, file);
  if (error != 0) {
    return OsErrorToStatus(error, absl::StrCat("create ", temporary));
  }
  absl::StatusOr<std::uint64_t> size_bytes = WriteChunks(
      source, chunk, path, token, [&](std::uint64_t offset, auto bytes) {
        return WriteThroughMapping(reinterpret_cast<HANDLE>(file.get()), offset,
                                   bytes, path);
      });
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
