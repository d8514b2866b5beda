#pragma once

#include <string>

#include "engine/base/unique_handle.h"

namespace perfecthash {

// Handles that no port has opened, of a kind that a port may serve.
UniqueHandle OpenForPort(const std::string& path);

// A pipe into which nobody writes: a read of it does not end by itself.
struct SilentPipe {
  UniqueHandle reader;
  UniqueHandle writer;
};
SilentPipe MakeSilentPipe();

}  // namespace perfecthash
