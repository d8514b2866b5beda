#include "engine/io/file.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/os_error.h"
#include "engine/base/path.h"

namespace perfecthash {
namespace {

// What one operation transfers at most.
std::uint32_t TransferLength(std::size_t bytes) {
  return static_cast<std::uint32_t>(std::min(bytes, std::size_t{1} << 30));
}

// An operation that a signal interrupted had no effect: it is done again.
Task<OperationResult> PerformFully(CompletionPort& port,
                                   OperationRequest request,
                                   CancellationToken token = {}) {
  OperationResult result;
  do {
    result = co_await Perform(port, request, token);
  } while (IsInterrupted(result.os_error));
  co_return result;
}

Task<absl::Status> MakeDirectory(CompletionPort& port, std::string path,
                                 CancellationToken token) {
  const OperationResult result = co_await PerformFully(
      port, {.kind = OperationKind::kMakeDirectory, .path = path.c_str()},
      token);
  if (result.os_error == 0) co_return absl::OkStatus();
  co_return OsErrorToStatus(result.os_error,
                            absl::StrCat("make the directory ", path));
}

// Without the last component; empty when there is nothing above.
std::string ParentDirectory(const std::string& path) {
  const std::size_t end = path.find_last_not_of(PathSeparators());
  const std::size_t slash = path.find_last_of(PathSeparators(), end);
  if (end == std::string::npos || slash == std::string::npos) return "";
  return path.substr(0, slash);
}

}  // namespace

Task<absl::StatusOr<File>> File::Open(CompletionPort& port, OperationKind kind,
                                      std::string path,
                                      CancellationToken token) {
  const OperationResult result =
      co_await PerformFully(port, {.kind = kind, .path = path.c_str()}, token);
  if (result.os_error != 0) {
    const bool reads = kind == OperationKind::kOpenForRead;
    co_return OsErrorToStatus(result.os_error,
                              absl::StrCat(reads ? "open " : "create ", path));
  }
  co_return File(port, static_cast<UniqueHandle::Native>(result.value),
                 std::move(path), token);
}

Task<absl::StatusOr<File>> File::OpenForRead(CompletionPort& port,
                                             std::string path,
                                             CancellationToken token) {
  return Open(port, OperationKind::kOpenForRead, std::move(path), token);
}

Task<absl::StatusOr<File>> File::CreateExclusive(CompletionPort& port,
                                                 std::string path,
                                                 CancellationToken token) {
  return Open(port, OperationKind::kCreateExclusive, std::move(path), token);
}

File::File(File&& other) noexcept
    : port_(other.port_),
      token_(other.token_),
      handle_(std::exchange(other.handle_, -1)),
      path_(std::move(other.path_)) {}

File::~File() { CHECK(handle_ == -1); }

Task<absl::StatusOr<std::uint64_t>> File::Size() {
  const OperationResult result = co_await PerformFully(
      port_, {.kind = OperationKind::kSize, .file = handle_}, token_);
  if (result.os_error != 0) {
    co_return OsErrorToStatus(result.os_error,
                              absl::StrCat("read the size of ", path_));
  }
  co_return static_cast<std::uint64_t>(result.value);
}

Task<absl::StatusOr<std::size_t>> File::ReadAt(
    std::uint64_t offset, absl::Span<std::uint8_t> memory) {
  std::size_t done = 0;
  while (done < memory.size()) {
    const OperationResult result =
        co_await Perform(port_,
                         {.kind = OperationKind::kRead,
                          .file = handle_,
                          .memory = memory.data() + done,
                          .length = TransferLength(memory.size() - done),
                          .offset = offset + done},
                         token_);
    if (IsInterrupted(result.os_error)) continue;
    if (result.os_error != 0) {
      co_return OsErrorToStatus(result.os_error, absl::StrCat("read ", path_));
    }
    if (result.value == 0) break;
    done += static_cast<std::size_t>(result.value);
  }
  co_return done;
}

Task<absl::Status> File::WriteAt(std::uint64_t offset,
                                 absl::Span<const std::uint8_t> bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const OperationResult result = co_await Perform(
        port_,
        {.kind = OperationKind::kWrite,
         .file = handle_,
         .memory = const_cast<std::uint8_t*>(bytes.data() + done),
         .length = TransferLength(bytes.size() - done),
         .offset = offset + done},
        token_);
    if (IsInterrupted(result.os_error)) continue;
    if (result.os_error != 0) {
      co_return OsErrorToStatus(result.os_error, absl::StrCat("write ", path_));
    }
    if (result.value == 0) {
      co_return absl::ResourceExhaustedError(
          absl::StrCat("cannot write ", path_, ": no byte is accepted"));
    }
    done += static_cast<std::size_t>(result.value);
  }
  co_return absl::OkStatus();
}

Task<absl::Status> File::Close() {
  const UniqueHandle::Native handle = std::exchange(handle_, -1);
  CHECK(handle != -1);
  // Not PerformFully: a close that was interrupted has closed the handle, and
  // its number may be another file's by now.
  const OperationResult result =
      co_await Perform(port_, {.kind = OperationKind::kClose, .file = handle});
  if (result.os_error == 0 || IsInterrupted(result.os_error)) {
    co_return absl::OkStatus();
  }
  co_return OsErrorToStatus(result.os_error, absl::StrCat("close ", path_));
}

Task<absl::Status> RenameFile(CompletionPort& port, std::string from,
                              std::string to) {
  const OperationResult result =
      co_await PerformFully(port, {.kind = OperationKind::kRename,
                                   .path = from.c_str(),
                                   .new_path = to.c_str()});
  if (result.os_error == 0) co_return absl::OkStatus();
  co_return OsErrorToStatus(result.os_error,
                            absl::StrCat("rename ", from, " to ", to));
}

Task<absl::Status> UnlinkFile(CompletionPort& port, std::string path) {
  const OperationResult result = co_await PerformFully(
      port, {.kind = OperationKind::kUnlink, .path = path.c_str()});
  if (result.os_error == 0) co_return absl::OkStatus();
  co_return OsErrorToStatus(result.os_error, absl::StrCat("remove ", path));
}

Task<absl::Status> MakeDirectories(CompletionPort& port, std::string path,
                                   CancellationToken token) {
  // The whole path first, which mostly is all there is to do; then up to the
  // first directory that can be made, and down again.
  std::vector<std::string> missing;
  absl::Status made = co_await MakeDirectory(port, path, token);
  while (absl::IsNotFound(made)) {
    std::string parent = ParentDirectory(path);
    if (parent.empty()) co_return made;
    missing.push_back(std::exchange(path, std::move(parent)));
    made = co_await MakeDirectory(port, path, token);
  }
  while (!missing.empty() && (made.ok() || absl::IsAlreadyExists(made))) {
    made = co_await MakeDirectory(port, missing.back(), token);
    missing.pop_back();
  }
  co_return absl::IsAlreadyExists(made) ? absl::OkStatus() : made;
}

}  // namespace perfecthash
