#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

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
      break;  // it is several calls
  }
  errno = EINVAL;
  return -1;
}

// 0, or the error.
int WriteAll(int file, const OperationRequest& request) {
  const ssize_t written = ::write(file, request.memory, request.length);
  if (written < 0) return errno;
  return written == static_cast<ssize_t>(request.length) ? 0 : EIO;
}

OperationResult StoreFile(const OperationRequest& request) {
  const int file =
      ::open(request.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) return {.os_error = errno};
  int error = WriteAll(file, request);
  if (::close(file) != 0 && error == 0) error = errno;
  if (error == 0 && std::rename(request.path, request.new_path) != 0) {
    error = errno;
  }
  return {.os_error = error, .value = error == 0 ? 0 : 1};
}

}  // namespace

OperationResult CallBlocking(const OperationRequest& request) {
  if (request.kind == OperationKind::kStoreFile) return StoreFile(request);
  const std::int64_t value = Call(request);
  if (value < 0) return {.os_error = errno};
  return {.value = value};
}

}  // namespace perfecthash
