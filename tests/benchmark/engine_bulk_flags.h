#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>

#include "engine/engine.h"

namespace perfecthash {

// What the command line of engine_bulk says: all of the engine's options, by
// the names that `perfecthashd` and `perfecthash bulk` have for them.
struct EngineBulkFlags {
  std::string directory;
  std::string output;  // empty: nothing is written
  int repeat = 1;
  bool compares_plain = false;
  bool shows_stats = false;
  int hang_seconds = 0;  // 0: wait for ever
  std::string crash_directory;
  std::shared_ptr<TableOptions> table = std::make_shared<TableOptions>();
  JobSpec job;  // without items
  EngineOptions engine;
};

// The flags; or, when help was asked for or something is wrong (and that has
// been printed), the exit code.
std::variant<EngineBulkFlags, int> ParseEngineBulkFlags(int argc, char** argv);

}  // namespace perfecthash
