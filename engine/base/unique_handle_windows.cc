#include <windows.h>

#include "engine/base/unique_handle.h"

namespace perfecthash {

void UniqueHandle::Reset(Native handle) {
  if (valid()) ::CloseHandle(reinterpret_cast<HANDLE>(handle_));
  handle_ = handle;
}

}  // namespace perfecthash
