#include <windows.h>

#include <algorithm>

#include "engine/base/os_error.h"
#include "engine/base/windows_file.h"
#include "engine/numa/thread.h"

// Not in the headers of mingw-w64 10, though in its libraries.
extern "C"
    __declspec(dllimport) HRESULT WINAPI SetThreadDescription(HANDLE, PCWSTR);

namespace perfecthash {

void NameThread(const std::string& name) {
  const std::wstring wide(name.begin(), name.end());  // ASCII
  ::SetThreadDescription(::GetCurrentThread(), wide.c_str());
}

// Windows has few steps: one down stands for up to 9 of Unix's, two for more.
absl::Status LowerThreadPriority(int steps) {
  const int priority = ::GetThreadPriority(::GetCurrentThread());
  if (priority == THREAD_PRIORITY_ERROR_RETURN) {
    return OsErrorToStatus(LastWindowsError(), "read a thread's priority");
  }
  if (steps <= 0) return absl::OkStatus();
  const int lower = std::max(priority - (steps < 10 ? 1 : 2),
                             static_cast<int>(THREAD_PRIORITY_LOWEST));
  if (!::SetThreadPriority(::GetCurrentThread(), lower)) {
    return OsErrorToStatus(LastWindowsError(), "lower a thread's priority");
  }
  return absl::OkStatus();
}

absl::Status RunThreadInBatches() { return absl::OkStatus(); }

}  // namespace perfecthash
