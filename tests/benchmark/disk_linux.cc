#include <unistd.h>

#include "tests/benchmark/disk.h"

namespace perfecthash {

void FlushDisk() { ::sync(); }

}  // namespace perfecthash
