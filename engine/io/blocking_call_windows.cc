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

// 0, or the error.
int WriteAll(UniqueHandle::Native file, const OperationRequest& request) {
  DWORD written = 0;
  if (!::WriteFile(reinterpret_cast<HANDLE>(file), request.memory,
                   request.length, &written, nullptr)) {
    return LastWindowsError();
  }
  return written == request.length ? 0 : EIO;
}

int Close(UniqueHandle::Native file) {
  return ::CloseHandle(reinterpret_cast<HANDLE>(file)) ? 0 : LastWindowsError();
}

OperationResult StoreFile(const OperationRequest& request) {
  UniqueHandle file;
  int error = CreateWindowsFile(request.path, WindowsFileUse::kBlocking, file);
  if (error != 0) return {.os_error = error};
  error = WriteAll(file.get(), request);
  const int closed = Close(file.Release());
  if (error == 0) error = closed;
  if (error == 0) error = MoveWindowsFile(request.path, request.new_path);
  return {.os_error = error, .value = error == 0 ? 0 : 1};
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
      return {.os_error = Close(request.file)};
    case OperationKind::kRename:
      return {.os_error = MoveWindowsFile(request.path, request.new_path)};
    case OperationKind::kUnlink:
      return {.os_error = RemoveWindowsFile(request.path)};
    case OperationKind::kMakeDirectory:
      return {.os_error = MakeWindowsDirectory(request.path)};
    case OperationKind::kStoreFile:
      return StoreFile(request);
    case OperationKind::kRead:
    case OperationKind::kWrite:
      break;
  }
  return {.os_error = ENOSYS};
}

}  // namespace perfecthash
