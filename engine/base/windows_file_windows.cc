#include <windows.h>

#include <cerrno>

#include "engine/base/windows_file.h"

namespace perfecthash {
namespace {

constexpr std::wstring_view kAnyLength = L"\\\\?\\";

DWORD FlagsOf(WindowsFileUse use) {
  return use == WindowsFileUse::kOverlapped ? FILE_FLAG_OVERLAPPED : 0;
}

// Somebody else who replaces the same file, or looks at it, holds it for a
// moment.
constexpr int kMoveAttemptsMax = 50;

bool IsDirectory(const std::wstring& path) {
  const DWORD attributes = ::GetFileAttributesW(path.c_str());
  return attributes != INVALID_FILE_ATTRIBUTES &&
         (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

// An error, or 0 after a call that said whether it succeeded.
int ErrorUnless(BOOL succeeded) { return succeeded ? 0 : LastWindowsError(); }

}  // namespace

int ToWindowsPath(std::string_view path, std::wstring& wide) {
  wide.clear();
  if (path.empty()) return ENOENT;
  const int path_length = static_cast<int>(path.size());
  const int length = ::MultiByteToWideChar(
      CP_UTF8, MB_ERR_INVALID_CHARS, path.data(), path_length, nullptr, 0);
  if (length <= 0) return LastWindowsError();
  std::wstring relative(static_cast<std::size_t>(length), L'\0');
  ::MultiByteToWideChar(CP_UTF8, 0, path.data(), path_length, relative.data(),
                        length);
  // The length with the final NUL, then without.
  const DWORD room = ::GetFullPathNameW(relative.c_str(), 0, nullptr, nullptr);
  if (room == 0) return LastWindowsError();
  wide.resize(room);
  wide.resize(::GetFullPathNameW(relative.c_str(), room, wide.data(), nullptr));
  // Directories must leave room for a name of 8 + 3 characters.
  constexpr std::size_t kLengthMax = MAX_PATH - 13;
  if (wide.size() <= kLengthMax || wide.starts_with(kAnyLength)) return 0;
  if (wide.starts_with(L"\\\\")) {
    wide.replace(0, 1, L"\\\\?\\UNC");
  } else {
    wide.insert(0, kAnyLength);
  }
  return 0;
}

int OpenWindowsFile(std::string_view path, WindowsFileUse use,
                    UniqueHandle& file) {
  std::wstring wide;
  if (const int error = ToWindowsPath(path, wide); error != 0) return error;
  // Backup semantics: without them a directory cannot be opened, and its error
  // would be that of a missing permission.
  const HANDLE handle = ::CreateFileW(
      wide.c_str(), GENERIC_READ,
      FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
      OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | FlagsOf(use), nullptr);
  file.Reset(reinterpret_cast<UniqueHandle::Native>(handle));
  return ErrorUnless(file.valid());
}

int CreateWindowsFile(std::string_view path, WindowsFileUse use,
                      UniqueHandle& file) {
  std::wstring wide;
  if (const int error = ToWindowsPath(path, wide); error != 0) return error;
  const HANDLE handle =
      ::CreateFileW(wide.c_str(), GENERIC_READ | GENERIC_WRITE,
                    FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr, CREATE_NEW,
                    FILE_ATTRIBUTE_NORMAL | FlagsOf(use), nullptr);
  file.Reset(reinterpret_cast<UniqueHandle::Native>(handle));
  return ErrorUnless(file.valid());
}

int WindowsFileSize(UniqueHandle::Native file, std::int64_t& size_bytes) {
  const auto handle = reinterpret_cast<HANDLE>(file);
  ::SetLastError(NO_ERROR);
  const DWORD type = ::GetFileType(handle);
  if (type != FILE_TYPE_DISK) {
    const bool valid =
        type != FILE_TYPE_UNKNOWN || ::GetLastError() == NO_ERROR;
    return valid ? ESPIPE : LastWindowsError();
  }
  BY_HANDLE_FILE_INFORMATION found;
  if (!::GetFileInformationByHandle(handle, &found)) return LastWindowsError();
  if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) return EISDIR;
  size_bytes = static_cast<std::int64_t>(found.nFileSizeHigh) << 32 |
               static_cast<std::int64_t>(found.nFileSizeLow);
  return 0;
}

int MoveWindowsFile(std::string_view from, std::string_view to) {
  std::wstring wide_from;
  std::wstring wide_to;
  if (const int error = ToWindowsPath(from, wide_from); error != 0) {
    return error;
  }
  if (const int error = ToWindowsPath(to, wide_to); error != 0) return error;
  for (int attempt = 1;; ++attempt) {
    if (::MoveFileExW(wide_from.c_str(), wide_to.c_str(),
                      MOVEFILE_REPLACE_EXISTING)) {
      return 0;
    }
    const int error = LastWindowsError();
    const bool held = error == EACCES || error == EBUSY;
    if (!held || attempt == kMoveAttemptsMax || IsDirectory(wide_to)) {
      return error;
    }
    ::Sleep(1);
  }
}

int RemoveWindowsFile(std::string_view path) {
  std::wstring wide;
  if (const int error = ToWindowsPath(path, wide); error != 0) return error;
  return ErrorUnless(::DeleteFileW(wide.c_str()));
}

int MakeWindowsDirectory(std::string_view path) {
  std::wstring wide;
  if (const int error = ToWindowsPath(path, wide); error != 0) return error;
  return ErrorUnless(::CreateDirectoryW(wide.c_str(), nullptr));
}

int FromWindowsError(unsigned long windows_error) {
  switch (windows_error) {
    case ERROR_SUCCESS:
      return 0;
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_DRIVE:
    case ERROR_BAD_NETPATH:
    case ERROR_BAD_NET_NAME:
      return ENOENT;
    case ERROR_DIRECTORY:
      return ENOTDIR;
    case ERROR_FILE_EXISTS:
    case ERROR_ALREADY_EXISTS:
      return EEXIST;
    case ERROR_ACCESS_DENIED:
      return EACCES;
    case ERROR_PRIVILEGE_NOT_HELD:
      return EPERM;
    case ERROR_WRITE_PROTECT:
      return EROFS;
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION:
    case ERROR_USER_MAPPED_FILE:
    case ERROR_BUSY:
      return EBUSY;
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL:
      return ENOSPC;
    case ERROR_TOO_MANY_OPEN_FILES:
      return EMFILE;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY:
    case ERROR_NO_SYSTEM_RESOURCES:
    case ERROR_COMMITMENT_LIMIT:
    case ERROR_NOT_ENOUGH_QUOTA:
    case ERROR_WORKING_SET_QUOTA:
      return ENOMEM;
    case ERROR_INVALID_FUNCTION:  // such as reading a directory
    case ERROR_INVALID_NAME:
    case ERROR_INVALID_PARAMETER:
      return EINVAL;
    case ERROR_FILENAME_EXCED_RANGE:
    case ERROR_BUFFER_OVERFLOW:
      return ENAMETOOLONG;
    case ERROR_DIR_NOT_EMPTY:
      return ENOTEMPTY;
    case ERROR_INVALID_HANDLE:
      return EBADF;
    case ERROR_OPERATION_ABORTED:
    case ERROR_CANCELLED:
      return ECANCELED;
    case ERROR_NOT_SUPPORTED:
    case ERROR_CALL_NOT_IMPLEMENTED:
      return ENOSYS;
    case ERROR_NO_UNICODE_TRANSLATION:
      return EILSEQ;
    case ERROR_BROKEN_PIPE:
      return EPIPE;
    default:
      return EIO;
  }
}

int LastWindowsError() { return FromWindowsError(::GetLastError()); }

}  // namespace perfecthash
