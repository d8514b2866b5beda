#include "engine/io/completion_port_backends.h"

namespace perfecthash {

absl::Span<const CompletionPortBackend> PlatformBackends() {
  static constexpr CompletionPortBackend kBackends[] = {
      {IoBackend::kIoUring, CreateIoUringPort},
      {IoBackend::kThreads, CreateThreadsPort}};
  return kBackends;
}

}  // namespace perfecthash
