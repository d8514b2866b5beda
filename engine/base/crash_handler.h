#pragma once

#include <string>

#include "absl/status/status.h"

namespace perfecthash {

struct CrashHandlerOptions {
  std::string directory;  // made when missing
  std::string program;    // what the names of the files begin with
};

// From now on, a crash of the process (SIGSEGV, SIGBUS, SIGFPE, SIGILL, and
// SIGABRT, which a failed CHECK and std::terminate end in; on Windows an
// unhandled exception and abort) leaves a file in `directory` and a line on
// standard error that names it, and then ends the process as it would have: by
// the same signal, with a core dump where one is due. On Linux the file is
// text, the functions that the crashing thread was in, the names of all threads
// and the map of the memory, by which a debugger's tools find lines; on Windows
// it is a minidump. To be called once, before other threads start. Fails when
// the directory is none, on Linux also when it cannot be written to.
//
// What runs then is prepared: the directory is open, and nothing allocates. Two
// things are not async-signal-safe by the letter. The unwinder takes the
// dynamic loader's lock, which matters when the crash is in the loader; and
// MiniDumpWriteDump is better called from another process. Either can hang, so
// on Linux an alarm ends the process by the same signal after some seconds,
// with what the file has by then. A second crash on the way ends it at once.
absl::Status InstallCrashHandler(const CrashHandlerOptions& options);

// Room for the handler to run in when the thread's own stack is the trouble:
// lives as long as the thread's work. Without an installed handler it costs
// nothing. The thread that calls InstallCrashHandler has it from then on.
class ScopedCrashStack {
 public:
  ScopedCrashStack();
  ~ScopedCrashStack();
  ScopedCrashStack(const ScopedCrashStack&) = delete;
  ScopedCrashStack& operator=(const ScopedCrashStack&) = delete;

 private:
  [[maybe_unused]] void* memory_ = nullptr;  // some systems need none
};

}  // namespace perfecthash
