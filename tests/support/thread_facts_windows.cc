#include <windows.h>

// After windows.h, which it needs.
#include <tlhelp32.h>

#include <functional>

#include "engine/base/check.h"
#include "engine/base/unique_handle.h"
#include "tests/support/thread_facts.h"

// Not in the headers of mingw-w64 10, though in its libraries.
extern "C" __declspec(dllimport) HRESULT WINAPI GetThreadDescription(HANDLE,
                                                                     PWSTR*);

namespace perfecthash {
namespace {

std::string NameOf(HANDLE thread) {
  PWSTR wide = nullptr;
  if (FAILED(::GetThreadDescription(thread, &wide))) return "";
  std::string name;
  for (const wchar_t* c = wide; *c != 0; ++c) name += static_cast<char>(*c);
  ::LocalFree(wide);
  return name;
}

int CountThreads(const std::function<bool(DWORD)>& counts) {
  const HANDLE handle = ::CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
  CHECK(handle != INVALID_HANDLE_VALUE);
  const UniqueHandle snapshot(reinterpret_cast<UniqueHandle::Native>(handle));
  THREADENTRY32 thread = {};
  thread.dwSize = sizeof(thread);
  int count = 0;
  for (BOOL found = ::Thread32First(handle, &thread); found;
       found = ::Thread32Next(handle, &thread)) {
    if (thread.th32OwnerProcessID != ::GetCurrentProcessId()) continue;
    if (counts(thread.th32ThreadID)) ++count;
  }
  return count;
}

}  // namespace

std::string ThreadName() { return NameOf(::GetCurrentThread()); }

std::set<int> ThreadCpus() {
  std::set<int> cpus;
  GROUP_AFFINITY affinity = {};
  if (!::GetThreadGroupAffinity(::GetCurrentThread(), &affinity)) return cpus;
  for (int bit = 0; bit < 64; ++bit) {
    if (affinity.Mask >> bit & 1) cpus.insert(affinity.Group * 64 + bit);
  }
  return cpus;
}

int ThreadNice() { return -5 * ::GetThreadPriority(::GetCurrentThread()); }

int ThreadCount() {
  return CountThreads([](DWORD) { return true; });
}

int NamedThreadCount() {
  return CountThreads([](DWORD id) {
    const HANDLE handle =
        ::OpenThread(THREAD_QUERY_LIMITED_INFORMATION, FALSE, id);
    if (handle == nullptr) return false;  // it has just ended
    const UniqueHandle thread(reinterpret_cast<UniqueHandle::Native>(handle));
    return !NameOf(handle).empty();
  });
}

}  // namespace perfecthash
