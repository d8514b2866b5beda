#pragma once

namespace perfecthash {

// The whole program: parses, runs the command, and returns the exit code.
int RunProgram(int argc, const char* const* argv);

}  // namespace perfecthash
