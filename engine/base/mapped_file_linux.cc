#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/base/mapped_file.h"
#include "engine/base/os_error.h"
#include "engine/base/unique_handle.h"

namespace perfecthash {

absl::StatusOr<MappedFile> MappedFile::Open(const std::string& path,
                                            std::uint64_t size_bytes_max) {
  // Without O_NONBLOCK opening a pipe would wait for its writer.
  const UniqueHandle file(
      open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.valid()) return OsErrorToStatus(errno, "open " + path);
  const int descriptor = static_cast<int>(file.get());
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
  if (size == 0) return MappedFile({});
  void* const address =
      mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor, 0);
  if (address == MAP_FAILED) return OsErrorToStatus(errno, "map " + path);
  return MappedFile({static_cast<const std::uint8_t*>(address), size});
}

MappedFile::~MappedFile() {
  if (bytes_.empty()) return;
  munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
}

}  // namespace perfecthash
