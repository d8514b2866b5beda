#include <windows.h>

#include "tests/engine/base/open_handle.h"

namespace perfecthash {

UniqueHandle OpenSomething() {
  return UniqueHandle(reinterpret_cast<UniqueHandle::Native>(
      ::CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
                    nullptr, OPEN_EXISTING, 0, nullptr)));
}

bool IsOpen(UniqueHandle::Native handle) {
  DWORD flags = 0;
  return ::GetHandleInformation(reinterpret_cast<HANDLE>(handle), &flags);
}

}  // namespace perfecthash
