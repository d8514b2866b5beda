#include <windows.h>

#include <atomic>

#include "engine/base/check.h"
#include "engine/base/windows_file.h"
#include "tests/engine/io/foreign_handle.h"

namespace perfecthash {
namespace {

UniqueHandle Own(HANDLE handle) {
  CHECK(handle != INVALID_HANDLE_VALUE);
  return UniqueHandle(reinterpret_cast<UniqueHandle::Native>(handle));
}

}  // namespace

UniqueHandle OpenForPort(const std::string& path) {
  UniqueHandle file;
  CHECK(OpenWindowsFile(path, WindowsFileUse::kOverlapped, file) == 0);
  return file;
}

// Only named pipes can be read by way of a port.
SilentPipe MakeSilentPipe() {
  static std::atomic<int> serial{0};
  const std::wstring name = L"\\\\.\\pipe\\silent-" +
                            std::to_wstring(::GetCurrentProcessId()) + L"-" +
                            std::to_wstring(++serial);
  SilentPipe pipe;
  pipe.reader = Own(::CreateNamedPipeW(
      name.c_str(), PIPE_ACCESS_INBOUND | FILE_FLAG_OVERLAPPED,
      PIPE_TYPE_BYTE | PIPE_WAIT, 1, 4096, 4096, 0, nullptr));
  pipe.writer = Own(::CreateFileW(name.c_str(), GENERIC_WRITE, 0, nullptr,
                                  OPEN_EXISTING, 0, nullptr));
  return pipe;
}

}  // namespace perfecthash
