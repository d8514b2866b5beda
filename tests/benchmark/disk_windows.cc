#include "tests/benchmark/disk.h"

namespace perfecthash {

// To flush a volume takes an administrator.
void FlushDisk() {}

}  // namespace perfecthash
