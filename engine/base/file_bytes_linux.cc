#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "engine/base/file_bytes.h"
#include "engine/base/os_error.h"
#include "engine/base/status_macros.h"
#include "engine/base/unique_handle.h"

namespace perfecthash {
namespace {

absl::Status WriteAll(int descriptor, absl::Span<const std::uint8_t> bytes,
                      const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return OsErrorToStatus(errno, "write " + path);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::uint8_t>> ReadFileBytes(
    const std::string& path, std::uint64_t max_bytes) {
  UniqueHandle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return OsErrorToStatus(errno, "open " + path);
  const int descriptor = static_cast<int>(file.get());
  struct stat status;
  if (::fstat(descriptor, &status) != 0) {
    return OsErrorToStatus(errno, "read the size of " + path);
  }
  if (S_ISDIR(status.st_mode)) return OsErrorToStatus(EISDIR, "read " + path);
  const auto size_bytes = static_cast<std::uint64_t>(status.st_size);
  if (size_bytes > max_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat(
        path, " has ", size_bytes, " bytes; the limit is ", max_bytes));
  }
  std::vector<std::uint8_t> bytes(size_bytes);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count =
        ::read(descriptor, bytes.data() + done, bytes.size() - done);
    if (count < 0) {
      if (errno == EINTR) continue;
      return OsErrorToStatus(errno, "read " + path);
    }
    if (count == 0) break;  // it shrank since fstat
    done += static_cast<std::size_t>(count);
  }
  bytes.resize(done);
  return bytes;
}

absl::Status WriteFileBytes(const std::string& path,
                            absl::Span<const std::uint8_t> bytes) {
  static std::atomic<unsigned> serial{0};
  const std::string temporary = absl::StrCat(
      path, ".", ::getpid(), ".",
      serial.fetch_add(1, std::memory_order_relaxed),  // only uniqueness counts
      ".tmp");
  UniqueHandle file(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file.valid()) return OsErrorToStatus(errno, "create " + temporary);
  absl::Status status = WriteAll(static_cast<int>(file.get()), bytes, path);
  if (status.ok() && ::close(static_cast<int>(file.Release())) != 0) {
    status = OsErrorToStatus(errno, "close " + temporary);
  }
  if (status.ok() && std::rename(temporary.c_str(), path.c_str()) != 0) {
    status = OsErrorToStatus(errno, "rename " + temporary + " to " + path);
  }
  if (!status.ok()) ::unlink(temporary.c_str());
  return status;
}

}  // namespace perfecthash
