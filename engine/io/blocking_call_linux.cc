#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "engine/base/unique_handle.h"
#include "engine/io/blocking_call.h"

namespace perfecthash {
namespace {

// As the system knows it since the file was opened: no server is asked again.
std::int64_t RegularFileSize(int descriptor) {
  struct statx status;
  if (::statx(descriptor, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC,
              STATX_TYPE | STATX_SIZE, &status) != 0) {
    return -1;
  }
  if (S_ISREG(status.stx_mode)) {
    return static_cast<std::int64_t>(status.stx_size);
  }
  errno = S_ISDIR(status.stx_mode) ? EISDIR : ESPIPE;
  return -1;
}

std::int64_t StoreFile(const OperationRequest& request) {
  UniqueHandle file(
      ::open(request.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file.valid()) return -1;
  const ssize_t written =
      ::write(static_cast<int>(file.get()), request.memory, request.length);
  if (written < 0) return -1;
  if (written != static_cast<ssize_t>(request.length)) {
    errno = EIO;
    return -1;
  }
  if (::close(static_cast<int>(file.Release())) != 0) return -1;
  return std::rename(request.path, request.new_path);
}

// The system call: a negative result leaves the error in errno.
std::int64_t Call(const OperationRequest& request) {
  const int file = static_cast<int>(request.file);
  const auto offset = static_cast<off_t>(request.offset);
  switch (request.kind) {
    case OperationKind::kOpenForRead:
      // Non-blocking, lest a named pipe without a writer hold the thread.
      return ::open(request.path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    case OperationKind::kCreateExclusive:
      return ::open(request.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                    0666);
    case OperationKind::kSize:
      return RegularFileSize(file);
    case OperationKind::kRead:
      return ::pread(file, request.memory, request.length, offset);
    case OperationKind::kWrite:
      return ::pwrite(file, request.memory, request.length, offset);
    case OperationKind::kClose:
      return ::close(file);
    case OperationKind::kRename:
      return std::rename(request.path, request.new_path);
    case OperationKind::kUnlink:
      return ::unlink(request.path);
    case OperationKind::kMakeDirectory:
      return ::mkdir(request.path, 0777);
    case OperationKind::kStoreFile:
      return StoreFile(request);
  }
  errno = EINVAL;
  return -1;
}

}  // namespace

OperationResult CallBlocking(const OperationRequest& request) {
  const std::int64_t value = Call(request);
  if (value < 0) return {.os_error = errno};
  return {.value = value};
}

}  // namespace perfecthash
