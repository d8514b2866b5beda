#include <fcntl.h>

#include "tests/engine/base/open_handle.h"

namespace perfecthash {

UniqueHandle OpenSomething() {
  return UniqueHandle(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

bool IsOpen(UniqueHandle::Native handle) {
  return ::fcntl(static_cast<int>(handle), F_GETFD) != -1;
}

}  // namespace perfecthash
