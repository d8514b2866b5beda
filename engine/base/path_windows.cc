#include "engine/base/path.h"

namespace perfecthash {

std::string_view PathSeparators() { return "/\\:"; }

}  // namespace perfecthash
