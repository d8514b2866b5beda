#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/os_error.h"
#include "engine/base/status_macros.h"
#include "engine/base/unique_handle.h"
#include "engine/io/mapped_write.h"
#include "engine/io/temporary_path.h"

namespace perfecthash {
namespace {

// A multiple of every page size. Small files take one small window.
constexpr std::size_t kFirstWindowBytes = std::size_t{1} << 16;
constexpr std::size_t kWindowBytesMax = std::size_t{1} << 24;

// Fills `window`; a smaller result means that the source has ended.
std::size_t FillWindow(absl::Span<std::uint8_t> window, ByteSource& source) {
  std::size_t done = 0;
  while (done < window.size()) {
    const std::size_t count = source.Fill(window.subspan(done));
    if (count == 0) break;
    done += count;
  }
  return done;
}

// Extends the file by a window with space of its own, so that a store into the
// mapping always finds a block, and fills it.
absl::StatusOr<std::size_t> WriteWindow(int descriptor, std::uint64_t offset,
                                        std::size_t window_bytes,
                                        ByteSource& source,
                                        const std::string& path) {
  const auto start = static_cast<off_t>(offset);
  int error = 0;
  do {
    error =
        ::posix_fallocate(descriptor, start, static_cast<off_t>(window_bytes));
  } while (error == EINTR);
  if (error != 0) return OsErrorToStatus(error, absl::StrCat("write ", path));
  void* const memory = ::mmap(nullptr, window_bytes, PROT_READ | PROT_WRITE,
                              MAP_SHARED, descriptor, start);
  if (memory == MAP_FAILED) {
    return OsErrorToStatus(errno, absl::StrCat("map ", path));
  }
  const std::size_t count = FillWindow(
      absl::MakeSpan(static_cast<std::uint8_t*>(memory), window_bytes), source);
  ::munmap(memory, window_bytes);
  return count;
}

absl::StatusOr<std::uint64_t> WriteContent(int descriptor, ByteSource& source,
                                           const std::string& path,
                                           CancellationToken token) {
  std::uint64_t size_bytes = 0;
  std::size_t window_bytes = kFirstWindowBytes;
  for (;;) {
    if (token.cancelled()) {
      return absl::CancelledError(
          absl::StrCat("cancelled while writing ", path));
    }
    ASSIGN_OR_RETURN(
        const std::size_t count,
        WriteWindow(descriptor, size_bytes, window_bytes, source, path));
    size_bytes += count;
    if (count < window_bytes) break;
    window_bytes = std::min(2 * window_bytes, kWindowBytesMax);
  }
  if (::ftruncate(descriptor, static_cast<off_t>(size_bytes)) != 0) {
    return OsErrorToStatus(errno, absl::StrCat("set the size of ", path));
  }
  return size_bytes;
}

}  // namespace

absl::StatusOr<std::uint64_t> WriteMappedFile(const std::string& path,
                                              ByteSource& source,
                                              std::uint64_t serial,
                                              CancellationToken token) {
  const std::string temporary = TemporaryPath(path, serial);
  UniqueHandle file(
      ::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file.valid()) {
    return OsErrorToStatus(errno, absl::StrCat("create ", temporary));
  }
  absl::StatusOr<std::uint64_t> size_bytes =
      WriteContent(static_cast<int>(file.get()), source, path, token);
  absl::Status status = size_bytes.status();
  const int closed = ::close(static_cast<int>(file.Release()));
  if (status.ok() && closed != 0) {
    status = OsErrorToStatus(errno, absl::StrCat("close ", temporary));
  }
  if (status.ok() && std::rename(temporary.c_str(), path.c_str()) != 0) {
    status = OsErrorToStatus(errno,
                             absl::StrCat("rename ", temporary, " to ", path));
  }
  if (status.ok()) return size_bytes;
  ::unlink(temporary.c_str());
  return status;
}

}  // namespace perfecthash
