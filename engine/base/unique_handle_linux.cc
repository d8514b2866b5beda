#include <unistd.h>

#include "engine/base/unique_handle.h"

namespace perfecthash {

void UniqueHandle::Reset(Native handle) {
  if (valid()) ::close(static_cast<int>(handle_));
  handle_ = handle;
}

}  // namespace perfecthash
