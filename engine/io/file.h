#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/base/unique_handle.h"
#include "engine/coroutine/cancellation.h"
#include "engine/coroutine/task.h"
#include "engine/io/completion_port.h"

namespace perfecthash {

// An open file, read and written through a CompletionPort, which outlives it.
// Errors name the path and, where one is known, a remedy. Every task
// resumes on a worker of the port; the File stays in place until it does.
// Must be closed before it dies, because closing has to be awaited too: an open
// File in a destructor is a bug. Used by one task at a time.
//
// Once its token is cancelled, what is under way is Cancelled as soon as the
// port can end it, and what comes later at once; only Close works on.
class File {
 public:
  static Task<absl::StatusOr<File>> OpenForRead(CompletionPort& port,
                                                std::string path,
                                                CancellationToken token = {});
  // AlreadyExists when there is something of that name.
  static Task<absl::StatusOr<File>> CreateExclusive(
      CompletionPort& port, std::string path, CancellationToken token = {});

  File(File&& other) noexcept;
  File& operator=(File&&) = delete;
  ~File();

  const std::string& path() const { return path_; }

  // InvalidArgument unless it is a regular file.
  Task<absl::StatusOr<std::uint64_t>> Size();
  // Fills `memory` up to the end of the file; fewer bytes mean that it ended.
  Task<absl::StatusOr<std::size_t>> ReadAt(std::uint64_t offset,
                                           absl::Span<std::uint8_t> memory);
  // Writes all of `bytes`, or fails.
  Task<absl::Status> WriteAt(std::uint64_t offset,
                             absl::Span<const std::uint8_t> bytes);
  // The File is closed even when this fails; what was written may then be lost.
  Task<absl::Status> Close();

 private:
  File(CompletionPort& port, UniqueHandle::Native handle, std::string path,
       CancellationToken token)
      : port_(port), token_(token), handle_(handle), path_(std::move(path)) {}

  static Task<absl::StatusOr<File>> Open(CompletionPort& port,
                                         OperationKind kind, std::string path,
                                         CancellationToken token);

  CompletionPort& port_;
  const CancellationToken token_;
  UniqueHandle::Native handle_;
  std::string path_;
};

// Replaces `to` when it exists.
Task<absl::Status> RenameFile(CompletionPort& port, std::string from,
                              std::string to);
Task<absl::Status> UnlinkFile(CompletionPort& port, std::string path);
// `path` and the directories above it that are missing. Success when it is
// there already.
Task<absl::Status> MakeDirectories(CompletionPort& port, std::string path,
                                   CancellationToken token = {});

}  // namespace perfecthash
