#pragma once

#include <iosfwd>
#include <string>
#include <variant>

#include "engine/engine.h"
#include "service/server_options.h"

namespace perfecthash {

// What the command line and the environment say.
struct ServerFlags {
  ServerOptions server;
  EngineOptions engine;
  std::string address_file;
  std::string crash_dir;  // empty: crashes leave nothing
  bool verbose = false;
};

inline constexpr int kExitUsage = 2;

// The flags; or, when help or the version was asked for or something is wrong
// (and that has been written to `out` or `err`), the exit code.
std::variant<ServerFlags, int> ParseServerFlags(int argc,
                                                const char* const* argv,
                                                std::ostream& out,
                                                std::ostream& err);

}  // namespace perfecthash
