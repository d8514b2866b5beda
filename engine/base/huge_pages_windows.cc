#include "engine/base/huge_pages.h"

namespace perfecthash {

// Large pages take a privilege that services do not have, and cannot be asked
// for once memory is there.
void PreferHugePages(void*, std::size_t) {}

}  // namespace perfecthash
