#include <windows.h>

#include <cerrno>

#include "engine/base/windows_file.h"
#include "engine/io/blocking_call.h"

namespace perfecthash {
namespace {

OperationResult Opened(int os_error, UniqueHandle file) {
  if (os_error != 0) return {.os_error = os_error};
  return {.value = file.Release()};
}

OperationResult OpenForRead(const char* path) {
  UniqueHandle file;
  const int error = OpenWindowsFile(path, WindowsFileUse::kOverlapped, file);
  return Opened(error, std::move(file));
}

OperationResult CreateExclusive(const char* path) {
  UniqueHandle file;
  const int error = CreateWindowsFile(path, WindowsFileUse::kOverlapped, file);
  return Opened(error, std::move(file));
}

OperationResult SizeOf(UniqueHandle::Native file) {
  std::int64_t size_bytes = 0;
  const int error = WindowsFileSize(file, size_bytes);
  return {.os_error = error, .value = size_bytes};
}

}  // namespace

OperationResult CallBlocking(const OperationRequest& request) {
  switch (request.kind) {
    case OperationKind::kOpenForRead:
      return OpenForRead(request.path);
    case OperationKind::kCreateExclusive:
      return CreateExclusive(request.path);
    case OperationKind::kSize:
      return SizeOf(request.file);
    case OperationKind::kClose:
      if (::CloseHandle(reinterpret_cast<HANDLE>(request.file))) return {};
      return {.os_error = LastWindowsError()};
    case OperationKind::kRename:
      return {.os_error = MoveWindowsFile(request.path, request.new_path)};
    case OperationKind::kUnlink:
      return {.os_error = RemoveWindowsFile(request.path)};
    case OperationKind::kMakeDirectory:
      return {.os_error = MakeWindowsDirectory(request.path)};
    case OperationKind::kRead:
    case OperationKind::kWrite:
    case OperationKind::kStoreFile:
      break;
  }
  return {.os_error = ENOSYS};
}

}  // namespace perfecthash
