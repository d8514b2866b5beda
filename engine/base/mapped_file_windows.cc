#include <windows.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/mapped_file.h"
#include "engine/base/os_error.h"
#include "engine/base/windows_file.h"

namespace perfecthash {

MappedFile::MappedFile(UniqueHandle file, absl::Span<const std::uint8_t> bytes)
    : file_(std::move(file)), bytes_(bytes) {}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : file_(std::move(other.file_)), bytes_(std::exchange(other.bytes_, {})) {}

absl::StatusOr<MappedFile> MappedFile::Open(const std::string& path,
                                            std::uint64_t size_bytes_max) {
  UniqueHandle file;
  int error = OpenWindowsFile(path, WindowsFileUse::kBlocking, file);
  if (error != 0) return OsErrorToStatus(error, "open " + path);
  std::int64_t found_bytes = 0;
  error = WindowsFileSize(file.get(), found_bytes);
  if (error != 0) {
    return absl::InvalidArgumentError(path + " is no regular file");
  }
  const auto size = static_cast<std::size_t>(found_bytes);
  if (size > size_bytes_max) {
    return absl::ResourceExhaustedError(absl::StrCat(
        path, " has ", size, " bytes; the limit is ", size_bytes_max));
  }
  if (size == 0) return MappedFile(std::move(file), {});
  const auto failed = [&path] {
    return OsErrorToStatus(LastWindowsError(), "map " + path);
  };
  // Null is a failure here, and the view outlives the mapping's handle.
  const HANDLE handle =
      ::CreateFileMappingW(reinterpret_cast<HANDLE>(file.get()), nullptr,
                           PAGE_READONLY, 0, 0, nullptr);
  if (handle == nullptr) return failed();
  const UniqueHandle mapping(reinterpret_cast<UniqueHandle::Native>(handle));
  const void* const address =
      ::MapViewOfFile(handle, FILE_MAP_READ, 0, 0, size);
  if (address == nullptr) return failed();
  return MappedFile(std::move(file),
                    {static_cast<const std::uint8_t*>(address), size});
}

// The system copies from our own memory: a page that is gone is an error for
// it, and would be an exception for us. It refuses to truncate a file that is
// mapped; another computer that shares the file is not asked.
absl::Status MappedFile::CopyTo(absl::Span<std::uint8_t> out) const {
  if (bytes_.empty()) return absl::OkStatus();
  SIZE_T count = 0;
  std::int64_t size_bytes = 0;
  if (::ReadProcessMemory(::GetCurrentProcess(), bytes_.data(), out.data(),
                          bytes_.size(), &count) &&
      WindowsFileSize(file_.get(), size_bytes) == 0 &&
      static_cast<std::size_t>(size_bytes) >= bytes_.size()) {
    return absl::OkStatus();
  }
  return absl::AbortedError(
      "the file shrank while it was read (try again when nobody writes it)");
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::UnmapViewOfFile(bytes_.data());
}

}  // namespace perfecthash
