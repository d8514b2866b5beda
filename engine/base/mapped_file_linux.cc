#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/base/mapped_file.h"
#include "engine/base/os_error.h"
#include "engine/base/unique_handle.h"

namespace perfecthash {

MappedFile::MappedFile(UniqueHandle file, absl::Span<const std::uint8_t> bytes)
    : file_(std::move(file)), bytes_(bytes) {}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : file_(std::move(other.file_)), bytes_(std::exchange(other.bytes_, {})) {}

absl::StatusOr<MappedFile> MappedFile::Open(const std::string& path,
                                            std::uint64_t size_bytes_max) {
  // Without O_NONBLOCK opening a pipe would wait for its writer.
  int descriptor = -1;
  do {
    descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  } while (descriptor == -1 && IsInterrupted(errno));
  UniqueHandle file(descriptor);
  if (!file.valid()) return OsErrorToStatus(errno, "open " + path);
  struct stat status;
  if (fstat(descriptor, &status) != 0) {
    return OsErrorToStatus(errno, "stat " + path);
  }
  if (!S_ISREG(status.st_mode)) {
    return absl::InvalidArgumentError(path + " is no regular file");
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > size_bytes_max) {
    return absl::ResourceExhaustedError(absl::StrCat(
        path, " has ", size, " bytes; the limit is ", size_bytes_max));
  }
  if (size == 0) return MappedFile(std::move(file), {});
  void* const address =
      mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor, 0);
  if (address == MAP_FAILED) return OsErrorToStatus(errno, "map " + path);
  return MappedFile(std::move(file),
                    {static_cast<const std::uint8_t*>(address), size});
}

// The kernel copies from our own memory: a page that is gone is an error for
// it, and would be a signal for us.
absl::Status MappedFile::CopyTo(absl::Span<std::uint8_t> out) const {
  const auto truncated = [] {
    return absl::AbortedError(
        "the file shrank while it was read (try again when nobody writes it)");
  };
  auto* const from = const_cast<std::uint8_t*>(bytes_.data());
  std::size_t done = 0;
  while (done < bytes_.size()) {
    const iovec destination = {out.data() + done, bytes_.size() - done};
    const iovec source = {from + done, bytes_.size() - done};
    const ssize_t count =
        process_vm_readv(getpid(), &destination, 1, &source, 1, 0);
    if (count < 0 && errno != EFAULT) {
      return OsErrorToStatus(errno, "copy a mapped file");
    }
    if (count <= 0) return truncated();
    done += static_cast<std::size_t>(count);
  }
  // What a truncation took of the last page reads as zeros.
  struct stat status;
  if (fstat(static_cast<int>(file_.get()), &status) != 0) {
    return OsErrorToStatus(errno, "stat a mapped file");
  }
  const bool whole = static_cast<std::size_t>(status.st_size) >= bytes_.size();
  return whole ? absl::OkStatus() : truncated();
}

MappedFile::~MappedFile() {
  if (bytes_.empty()) return;
  munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
}

}  // namespace perfecthash
