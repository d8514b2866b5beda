#include <fcntl.h>
#include <unistd.h>

#include "engine/base/check.h"
#include "tests/engine/io/foreign_handle.h"

namespace perfecthash {

UniqueHandle OpenForPort(const std::string& path) {
  return UniqueHandle(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

SilentPipe MakeSilentPipe() {
  int ends[2];
  CHECK(::pipe2(ends, O_CLOEXEC) == 0);
  return {.reader = UniqueHandle(ends[0]), .writer = UniqueHandle(ends[1])};
}

}  // namespace perfecthash
