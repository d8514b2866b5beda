#pragma once

#include "engine/base/unique_handle.h"

namespace perfecthash {

// Some file that every machine has.
UniqueHandle OpenSomething();
bool IsOpen(UniqueHandle::Native handle);

}  // namespace perfecthash
