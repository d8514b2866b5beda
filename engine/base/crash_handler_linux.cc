#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <unwind.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "absl/debugging/symbolize.h"
#include "absl/strings/str_cat.h"
#include "engine/base/crash_handler.h"
#include "engine/base/os_error.h"

namespace perfecthash {
namespace {

struct CrashSignal {
  int number;
  const char* name;
};
constexpr CrashSignal kSignals[] = {{SIGSEGV, "SIGSEGV"},
                                    {SIGABRT, "SIGABRT"},
                                    {SIGBUS, "SIGBUS"},
                                    {SIGFPE, "SIGFPE"},
                                    {SIGILL, "SIGILL"}};

// A healthy trace takes milliseconds; the disk may be slow.
constexpr unsigned kSecondsMax = 10;
constexpr std::size_t kFramesMax = 128;
// The symbolizer and the unwinder want some 20 KiB.
constexpr std::size_t kStackBytes = std::size_t{128} << 10;
constexpr std::size_t kMapBytesMax = std::size_t{1} << 20;

struct AlternateStack {
  stack_t previous;
  alignas(64) char room[kStackBytes];
};

// All that the handler uses. A signal's handler has no other way to it than a
// variable of the program.
struct State {
  int directory = -1;
  char directory_path[PATH_MAX] = {};
  char program[64] = {};
  std::atomic<bool> installed{false};
  std::atomic<pid_t> crashing_thread{0};
  std::atomic<int> signal{0};
};
State state;

// Text without allocations, written to a file when it is full or ends. Without
// a file (-1) it is for short strings.
class Text {
 public:
  explicit Text(int file) : file_(file) {}
  ~Text() { Flush(); }

  Text& operator<<(std::string_view text) {
    for (const char character : text) {
      if (size_ == sizeof(text_)) Flush();
      text_[size_++] = character;
    }
    return *this;
  }
  Text& operator<<(std::uint64_t number) { return AppendNumber(number, 10); }
  Text& Hex(std::uint64_t number) {
    return (*this << "0x").AppendNumber(number, 16);
  }

  // What there is so far, as a string that lives until the next change.
  const char* c_str() {
    text_[size_ < sizeof(text_) ? size_ : size_ - 1] = '\0';
    return text_;
  }

  void Flush() {
    std::size_t done = 0;
    while (done < size_) {
      const ssize_t count = ::write(file_, text_ + done, size_ - done);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) break;
      done += static_cast<std::size_t>(count);
    }
    size_ = 0;
  }

 private:
  Text& AppendNumber(std::uint64_t number, unsigned base) {
    char digits[20];
    std::size_t count = 0;
    do {
      digits[count++] = "0123456789abcdef"[number % base];
      number /= base;
    } while (number != 0);
    while (count > 0) *this << std::string_view(&digits[--count], 1);
    return *this;
  }

  const int file_;
  std::size_t size_ = 0;
  char text_[512];
};

struct Frame {
  std::uintptr_t pc;
  bool interrupted;  // not by a call, but by the signal
};
struct Frames {
  std::array<Frame, kFramesMax> all;
  std::size_t count = 0;
};

_Unwind_Reason_Code AddFrame(_Unwind_Context* context, void* argument) {
  auto& frames = *static_cast<Frames*>(argument);
  if (frames.count == frames.all.size()) return _URC_END_OF_STACK;
  int before_instruction = 0;
  const std::uintptr_t pc = _Unwind_GetIPInfo(context, &before_instruction);
  const bool is_end = pc == 0 && before_instruction == 0;
  if (is_end) return _URC_END_OF_STACK;
  frames.all[frames.count++] = {pc, before_instruction != 0};
  return _URC_NO_REASON;
}

void WriteTrace(int file) {
  Frames frames;
  _Unwind_Backtrace(AddFrame, &frames);
  // The first ones are this handler's own, up to where the signal came in.
  std::size_t first = 0;
  while (first < frames.count && !frames.all[first].interrupted) ++first;
  if (first == frames.count) first = 0;
  for (std::size_t i = first; i < frames.count; ++i) {
    const Frame& frame = frames.all[i];
    // A call's return address may be the next function's first.
    const std::uintptr_t inside = frame.pc - (frame.interrupted ? 0 : 1);
    char name[1024];
    const bool named = absl::Symbolize(reinterpret_cast<void*>(inside), name,
                                       static_cast<int>(sizeof(name)));
    Text line(file);
    line << "  #" << std::uint64_t{i - first} << " ";
    line.Hex(frame.pc) << " " << (named ? name : "(unknown)") << "\n";
  }
}

// Copies the beginning of a file of /proc; without its last line end if it is
// one line.
void CopyTo(Text& text, const char* path, std::size_t bytes_max) {
  const int from = ::open(path, O_RDONLY | O_CLOEXEC);
  if (from < 0) return;
  char buffer[1024];
  ssize_t count = 0;
  for (std::size_t done = 0;
       done < bytes_max && (count = ::read(from, buffer, sizeof(buffer))) > 0;
       done += static_cast<std::size_t>(count)) {
    text << std::string_view(buffer, static_cast<std::size_t>(count));
  }
  ::close(from);
}

// What the kernel calls struct linux_dirent64, which no header has.
struct DirectoryEntry {
  std::uint64_t inode;
  std::int64_t offset;
  std::uint16_t length;
  std::uint8_t type;
  char name[1];
};

void WriteThread(int file, const char* id, pid_t crashing) {
  Text text(file);
  Text path(-1);
  path << "/proc/self/task/" << id << "/comm";
  Text own(-1);
  own << static_cast<std::uint64_t>(crashing);
  text << "  " << id << (std::strcmp(id, own.c_str()) == 0 ? " * " : "   ");
  CopyTo(text, path.c_str(), 64);
}

// By the system call alone, as opendir allocates.
void WriteThreads(int file, pid_t crashing) {
  const int tasks =
      ::open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (tasks < 0) return;
  alignas(DirectoryEntry) char buffer[4096];
  long size;
  while ((size = ::syscall(SYS_getdents64, tasks, buffer, sizeof(buffer))) >
         0) {
    for (long at = 0; at < size;) {
      const auto* entry = reinterpret_cast<DirectoryEntry*>(buffer + at);
      if (entry->name[0] != '.') WriteThread(file, entry->name, crashing);
      at += entry->length;
    }
  }
  ::close(tasks);
}

const char* NameOf(int number) {
  for (const CrashSignal& signal : kSignals) {
    if (signal.number == number) return signal.name;
  }
  return "a signal";
}

void WriteCrash(int file, int number, const siginfo_t& info, pid_t thread) {
  {
    Text text(file);
    text << state.program << ": " << NameOf(number);
    // Otherwise somebody sent it.
    if (info.si_code > 0 && number != SIGABRT) {
      text << " at address ";
      text.Hex(reinterpret_cast<std::uintptr_t>(info.si_addr));
    }
    text << "\nprocess " << static_cast<std::uint64_t>(::getpid())
         << ", thread " << static_cast<std::uint64_t>(thread) << ", "
         << static_cast<std::uint64_t>(std::time(nullptr))
         << " s since 1970\n\ntrace of the thread:\n";
  }
  WriteTrace(file);
  Text(file) << "\nthreads:\n";
  WriteThreads(file, thread);
  Text text(file);
  text << "\nmap of the memory:\n";
  CopyTo(text, "/proc/self/maps", kMapBytesMax);
}

// Says where the trace is, which is standard error if there is no file.
void Report(int number, const siginfo_t& info, pid_t thread) {
  Text name(-1);
  name << state.program << "-" << static_cast<std::uint64_t>(::getpid()) << "-"
       << static_cast<std::uint64_t>(std::time(nullptr)) << ".crash";
  const int file = ::openat(state.directory, name.c_str(),
                            O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  {
    Text line(STDERR_FILENO);
    line << state.program << ": " << NameOf(number);
    if (file >= 0) {
      line << ", trace in " << state.directory_path << "/" << name.c_str();
    } else {
      line << ", and no file can be made in " << state.directory_path;
    }
    line << "\n";
  }
  WriteCrash(file >= 0 ? file : STDERR_FILENO, number, info, thread);
  if (file >= 0) ::close(file);
}

void RestoreDefault(int number) {
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  ::sigaction(number, &action, nullptr);
}

// By the signal, whether it is blocked or not.
void EndNow(int number) {
  RestoreDefault(number);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, number);
  ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  ::raise(number);
}

void OnLate(int) { EndNow(state.signal.load()); }

void OnCrash(int number, siginfo_t* info, void*) {
  const pid_t thread = ::gettid();
  pid_t first = 0;
  if (!state.crashing_thread.compare_exchange_strong(first, thread)) {
    if (first == thread) EndNow(number);
    for (;;) ::pause();  // the first one ends the process
  }
  state.signal.store(number);
  struct sigaction late = {};
  late.sa_handler = OnLate;
  ::sigaction(SIGALRM, &late, nullptr);
  ::alarm(kSecondsMax);
  Report(number, *info, thread);
  // It waits until this handler has returned, and then finds the thread in the
  // state in which it crashed, which is what a core dump is to show.
  RestoreDefault(number);
  ::raise(number);
}

absl::Status OpenDirectory(const std::string& path) {
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) {
    return OsErrorToStatus(errno, "make the directory " + path);
  }
  state.directory = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (state.directory < 0) return OsErrorToStatus(errno, "open " + path);
  if (::faccessat(state.directory, ".", W_OK | X_OK, AT_EACCESS) != 0) {
    return OsErrorToStatus(errno, "write to " + path);
  }
  return absl::OkStatus();
}

absl::Status InstallHandlers() {
  struct sigaction action = {};
  action.sa_sigaction = OnCrash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (const CrashSignal& signal : kSignals) {
    sigaddset(&action.sa_mask, signal.number);
  }
  for (const CrashSignal& signal : kSignals) {
    if (::sigaction(signal.number, &action, nullptr) != 0) {
      return OsErrorToStatus(errno, absl::StrCat("handle ", signal.name));
    }
  }
  return absl::OkStatus();
}

void CopyName(std::string_view name, char* out, std::size_t size) {
  const std::size_t length = std::min(name.size(), size - 1);
  std::memcpy(out, name.data(), length);
  out[length] = '\0';
}

}  // namespace

absl::Status InstallCrashHandler(const CrashHandlerOptions& options) {
  std::error_code error;
  const std::string path =
      std::filesystem::absolute(options.directory, error).string();
  if (error) return OsErrorToStatus(error.value(), "find " + options.directory);
  if (absl::Status opened = OpenDirectory(path); !opened.ok()) return opened;
  CopyName(path, state.directory_path, sizeof(state.directory_path));
  CopyName(options.program, state.program, sizeof(state.program));
  // What they load or allocate at their first use they do now.
  absl::InitializeSymbolizer("/proc/self/exe");
  Frames frames;
  _Unwind_Backtrace(AddFrame, &frames);
  state.installed.store(true);
  // Of this thread, for good.
  static const ScopedCrashStack& stack = *new ScopedCrashStack();
  static_cast<void>(stack);
  return InstallHandlers();
}

ScopedCrashStack::ScopedCrashStack() {
  if (!state.installed.load()) return;
  void* const memory =
      ::mmap(nullptr, sizeof(AlternateStack), PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  memory_ = memory;
  auto& alternate = *static_cast<AlternateStack*>(memory);
  stack_t stack = {};
  stack.ss_sp = alternate.room;
  stack.ss_size = sizeof(alternate.room);
  ::sigaltstack(&stack, &alternate.previous);
}

ScopedCrashStack::~ScopedCrashStack() {
  if (memory_ == nullptr) return;
  ::sigaltstack(&static_cast<AlternateStack*>(memory_)->previous, nullptr);
  ::munmap(memory_, sizeof(AlternateStack));
}

}  // namespace perfecthash
