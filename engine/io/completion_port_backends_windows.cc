#include "engine/io/completion_port_backends.h"

namespace perfecthash {

absl::Span<const CompletionPortBackend> PlatformBackends() {
  static constexpr CompletionPortBackend kBackends[] = {
      {IoBackend::kIocp, CreateIocpPort}};
  return kBackends;
}

}  // namespace perfecthash
