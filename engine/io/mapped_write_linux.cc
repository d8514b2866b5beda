#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "engine/base/os_error.h"
#include "engine/base/unique_handle.h"
#include "engine/io/chunk_writing.h"
#include "engine/io/mapped_write.h"
#include "engine/io/temporary_path.h"

namespace perfecthash {
namespace {

// A call that a signal interrupted had no effect: it is made again.
template <typename Call>
int Retry(Call call) {
  for (;;) {
    const int result = call();
    if (result != -1 || !IsInterrupted(errno)) return result;
  }
}

// Extends the file by `bytes`, with space of their own, so that a store into
// the mapping always finds a block.
absl::Status WriteThroughMapping(int descriptor, std::uint64_t offset,
                                 absl::Span<const std::uint8_t> bytes,
                                 const std::string& path) {
  if (bytes.empty()) return absl::OkStatus();
  int error = 0;
  do {
    error = ::posix_fallocate(descriptor, static_cast<off_t>(offset),
                              static_cast<off_t>(bytes.size()));
  } while (IsInterrupted(error));
  if (error != 0) return OsErrorToStatus(error, absl::StrCat("write ", path));
  // A mapping begins on a page.
  const auto page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::uint64_t before = offset % page_bytes;
  void* const memory = ::mmap(nullptr, before + bytes.size(),
                              PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                              descriptor, static_cast<off_t>(offset - before));
  if (memory == MAP_FAILED) {
    return OsErrorToStatus(errno, absl::StrCat("map ", path));
  }
  std::memcpy(static_cast<std::uint8_t*>(memory) + before, bytes.data(),
              bytes.size());
  ::munmap(memory, before + bytes.size());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::uint64_t> WriteMappedFile(const std::string& path,
                                              ByteSource& source,
                                              absl::Span<std::uint8_t> chunk,
                                              std::uint64_t serial,
                                              CancellationToken token) {
  const std::string temporary = TemporaryPath(path, serial);
  UniqueHandle file(Retry([&] {
    return ::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
                  0666);
  }));
  if (!file.valid()) {
    return OsErrorToStatus(errno, absl::StrCat("create ", temporary));
  }
  absl::StatusOr<std::uint64_t> size_bytes = WriteChunks(
      source, chunk, path, token, [&](std::uint64_t offset, auto bytes) {
        return WriteThroughMapping(static_cast<int>(file.get()), offset, bytes,
                                   path);
      });
  absl::Status status = size_bytes.status();
  // A close that was interrupted has closed the file.
  const int closed = ::close(static_cast<int>(file.Release()));
  if (status.ok() && closed != 0 && !IsInterrupted(errno)) {
    status = OsErrorToStatus(errno, absl::StrCat("close ", temporary));
  }
  if (status.ok() && Retry([&] {
                       return std::rename(temporary.c_str(), path.c_str());
                     }) != 0) {
    status = OsErrorToStatus(errno,
                             absl::StrCat("rename ", temporary, " to ", path));
  }
  if (status.ok()) return size_bytes;
  ::unlink(temporary.c_str());
  return status;
}

}  // namespace perfecthash
