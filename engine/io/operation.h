#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/unique_handle.h"
#include "engine/coroutine/executor.h"

namespace perfecthash {

enum class OperationKind : std::uint8_t {
  kOpenForRead,      // path -> value: a handle, attached to the port
  kCreateExclusive,  // path -> value: a handle for writing; fails if it exists
  kSize,             // file -> value: bytes; fails unless a regular file
  kRead,             // file, memory, length, offset -> value: bytes; 0 at end
  kWrite,            // file, memory, length, offset -> value: bytes
  kClose,            // file; the handle is gone even when it fails
  kRename,           // path, new_path; replaces a file that is there
  kUnlink,           // path
  kMakeDirectory,    // path
  // path, memory, length, new_path: creates `path`, which must not exist,
  // writes all of it, closes it and renames it to `new_path`. After an error
  // value is 1 if `path` was made, and is there.
  kStoreFile,
};

inline constexpr int kOperationKindCount = 10;

// What to do. Paths are NUL-terminated; they and the memory stay valid until
// the operation has completed.
struct OperationRequest {
  OperationKind kind = OperationKind::kRead;
  UniqueHandle::Native file = -1;
  const char* path = nullptr;
  const char* new_path = nullptr;
  void* memory = nullptr;  // only read from by kWrite and kStoreFile
  std::uint32_t length = 0;
  std::uint64_t offset = 0;
};

struct OperationResult {
  int os_error = 0;  // 0 is success; see engine/base/os_error.h
  std::int64_t value = 0;
};

// One input or output on its way through a CompletionPort, embedded in the
// frame of the coroutine that awaits it. Belongs to the port from Submit until
// Wait hands it out; may not move or die in between. Can be submitted again
// afterwards.
struct Operation : Continuation {
  static constexpr std::size_t kReservedBytes = 64;

  Operation() = default;
  explicit Operation(const OperationRequest& what) : request(what) {}

  OperationRequest request;
  OperationResult result;  // valid once completed

  // The backend's: its state, or the operating system's control block.
  alignas(16) std::uint8_t reserved[kReservedBytes] = {};
};

}  // namespace perfecthash
