#include <sys/mman.h>

#include "engine/base/huge_pages.h"

namespace perfecthash {

void PreferHugePages(void* memory, std::size_t bytes) {
  // A kernel without huge pages says no, and that is all right.
  static_cast<void>(madvise(memory, bytes, MADV_HUGEPAGE));
}

}  // namespace perfecthash
