#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/unique_handle.h"

namespace perfecthash {

// What the engine's Windows sources have in common: blocking calls on files by
// paths as the engine has them, in UTF-8 and of any length. Each returns 0 or
// an error as OsErrorToStatus takes it. Thread-safe.

enum class WindowsFileUse {
  kBlocking,
  kOverlapped,  // for a completion port
};

// `path` as Windows takes it: in UTF-16, absolute, and with the prefix \\?\
// where it is too long without. EILSEQ when it is no UTF-8.
int ToWindowsPath(std::string_view path, std::wstring& wide);

// Files and directories; others may write, rename and remove it meanwhile.
int OpenWindowsFile(std::string_view path, WindowsFileUse use,
                    UniqueHandle& file);
// For reading and writing; EEXIST when there is something of that name.
int CreateWindowsFile(std::string_view path, WindowsFileUse use,
                      UniqueHandle& file);
// EISDIR and ESPIPE for what is no regular file.
int WindowsFileSize(UniqueHandle::Native file, std::int64_t& size_bytes);
// Replaces a file that is there.
int MoveWindowsFile(std::string_view from, std::string_view to);
int RemoveWindowsFile(std::string_view path);
int MakeWindowsDirectory(std::string_view path);

// The error that says the same as one of GetLastError's: EIO where none does.
int FromWindowsError(unsigned long windows_error);
int LastWindowsError();

}  // namespace perfecthash
