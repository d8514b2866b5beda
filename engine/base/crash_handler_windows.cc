#include <windows.h>

// After windows.h, which it needs.
#include <dbghelp.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <string_view>

#include "engine/base/crash_handler.h"
#include "engine/base/os_error.h"
#include "engine/base/windows_file.h"

namespace perfecthash {
namespace {

constexpr std::size_t kPathMax = 1024;
constexpr ULONG kStackBytes = 64 << 10;
// What a failed assertion is called; abort has no exception of its own.
constexpr DWORD kAborted = 0xC0000420;

// All that the handlers use. They have no other way to it than a variable of
// the program.
struct State {
  wchar_t path_begin[kPathMax] = {};  // directory\program-
  char said_begin[kPathMax] = {};     // the same as it was given
  std::atomic<bool> installed{false};
  std::atomic<bool> crashing{false};
};
State state;

// Appends to a text of kPathMax characters, without allocations.
template <typename Character>
void Append(Character* text, std::string_view more) {
  std::size_t at = 0;
  while (text[at] != 0) ++at;
  for (const char character : more) {
    if (at + 1 < kPathMax) text[at++] = static_cast<Character>(character);
  }
  text[at] = 0;
}

template <typename Character>
void Append(Character* text, DWORD number) {
  char digits[10];
  std::size_t count = 0;
  do {
    digits[sizeof(digits) - ++count] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  Append(text, std::string_view(digits + sizeof(digits) - count, count));
}

void Say(std::string_view text) {
  DWORD count = 0;
  ::WriteFile(::GetStdHandle(STD_ERROR_HANDLE), text.data(),
              static_cast<DWORD>(text.size()), &count, nullptr);
}

void WriteDump(EXCEPTION_POINTERS* exception) {
  if (state.crashing.exchange(true)) return;  // one dump has all threads
  wchar_t path[kPathMax];
  std::char_traits<wchar_t>::copy(path, state.path_begin, kPathMax);
  Append(path, ::GetCurrentProcessId());
  Append(path, ".dmp");
  const HANDLE file =
      ::CreateFileW(path, GENERIC_WRITE, FILE_SHARE_READ, nullptr,
                    CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
  MINIDUMP_EXCEPTION_INFORMATION information = {};
  information.ThreadId = ::GetCurrentThreadId();
  information.ExceptionPointers = exception;
  const bool written =
      file != INVALID_HANDLE_VALUE &&
      ::MiniDumpWriteDump(::GetCurrentProcess(), ::GetCurrentProcessId(), file,
                          MiniDumpNormal, &information, nullptr, nullptr);
  if (file != INVALID_HANDLE_VALUE) ::CloseHandle(file);
  char line[kPathMax] = {};
  Append(line,
         written ? "crashed, minidump in " : "crashed, and cannot write ");
  Append(line, state.said_begin);
  Append(line, ::GetCurrentProcessId());
  Append(line, ".dmp\n");
  Say(line);
}

LONG WINAPI OnException(EXCEPTION_POINTERS* exception) {
  WriteDump(exception);
  return EXCEPTION_CONTINUE_SEARCH;  // and end as without this
}

// abort raises no exception.
void OnAbort(int) {
  CONTEXT context = {};
  ::RtlCaptureContext(&context);
  EXCEPTION_RECORD record = {};
  record.ExceptionCode = kAborted;
  EXCEPTION_POINTERS exception = {&record, &context};
  WriteDump(&exception);
}  // back to abort, which ends the process

}  // namespace

absl::Status InstallCrashHandler(const CrashHandlerOptions& options) {
  const int made = MakeWindowsDirectory(options.directory);
  if (made != 0 && made != EEXIST) {
    return OsErrorToStatus(made, "make the directory " + options.directory);
  }
  std::wstring directory;
  if (const int error = ToWindowsPath(options.directory, directory);
      error != 0) {
    return OsErrorToStatus(error, "find " + options.directory);
  }
  const DWORD attributes = ::GetFileAttributesW(directory.c_str());
  if (attributes == INVALID_FILE_ATTRIBUTES ||
      (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0) {
    return OsErrorToStatus(ENOTDIR, "write to " + options.directory);
  }
  if (directory.size() + options.program.size() + 32 > kPathMax) {
    return OsErrorToStatus(ENAMETOOLONG, "write to " + options.directory);
  }
  directory.copy(state.path_begin, directory.size());
  Append(state.path_begin, "\\");
  Append(state.path_begin, options.program);
  Append(state.path_begin, "-");
  Append(state.said_begin, options.directory);
  Append(state.said_begin, "\\");
  Append(state.said_begin, options.program);
  Append(state.said_begin, "-");
  state.installed.store(true);
  ULONG stack_bytes = kStackBytes;
  ::SetThreadStackGuarantee(&stack_bytes);
  ::SetUnhandledExceptionFilter(OnException);
  std::signal(SIGABRT, OnAbort);
  return absl::OkStatus();
}

// The rest of the thread's own stack is kept for the handler.
ScopedCrashStack::ScopedCrashStack() {
  if (!state.installed.load()) return;
  ULONG stack_bytes = kStackBytes;
  ::SetThreadStackGuarantee(&stack_bytes);
}

ScopedCrashStack::~ScopedCrashStack() = default;

}  // namespace perfecthash
