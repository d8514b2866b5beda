#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/terminal.h"

namespace perfecthash {
namespace {

int Descriptor(StandardStream stream) {
  return stream == StandardStream::kOutput ? STDOUT_FILENO : STDERR_FILENO;
}

}  // namespace

bool IsTerminal(StandardStream stream) {
  return ::isatty(Descriptor(stream)) == 1;
}

int TerminalWidth(StandardStream stream) {
  winsize size{};
  if (::ioctl(Descriptor(stream), TIOCGWINSZ, &size) != 0) return 80;
  return size.ws_col == 0 ? 80 : size.ws_col;
}

}  // namespace perfecthash
