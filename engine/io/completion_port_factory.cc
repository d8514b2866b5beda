#include "engine/io/completion_port_factory.h"

#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/io/completion_port_backends.h"

namespace perfecthash {
namespace {

struct NamedBackend {
  std::string_view name;
  IoBackend backend;
};

constexpr NamedBackend kNames[] = {{"auto", IoBackend::kAuto},
                                   {"io_uring", IoBackend::kIoUring},
                                   {"threads", IoBackend::kThreads},
                                   {"iocp", IoBackend::kIocp}};

std::string NameOf(IoBackend backend) {
  for (const NamedBackend& named : kNames) {
    if (named.backend == backend) return std::string(named.name);
  }
  return "";
}

// The first that is available; `reason` says why those before it are not.
absl::StatusOr<CreatedCompletionPort> CreateBest(
    const CompletionPortOptions& options) {
  std::string refusals;
  absl::Status last;
  for (const CompletionPortBackend& entry : PlatformBackends()) {
    auto port = entry.create(options);
    const std::string name = NameOf(entry.backend);
    if (port.ok()) {
      return CreatedCompletionPort{
          *std::move(port), refusals.empty()
                                ? absl::StrCat(name, " is available")
                                : absl::StrCat(name, ", because ", refusals)};
    }
    if (!absl::IsUnavailable(port.status())) return port.status();
    last = port.status();
    absl::StrAppend(&refusals, refusals.empty() ? "" : "; ", last.message());
  }
  return absl::Status(last.code(), refusals);
}

}  // namespace

absl::StatusOr<IoBackend> ParseIoBackend(std::string_view name) {
  for (const NamedBackend& named : kNames) {
    if (named.name == name) return named.backend;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("unknown I/O backend '", std::string(name),
                   "' (choose auto, io_uring, threads or iocp)"));
}

std::uint64_t RandomSerial() {
  std::random_device random;
  return (std::uint64_t{random()} << 32) | random();
}

absl::StatusOr<CreatedCompletionPort> CreateCompletionPort(
    const CompletionPortOptions& options) {
  if (options.backend == IoBackend::kAuto) return CreateBest(options);
  std::string others;
  for (const CompletionPortBackend& entry : PlatformBackends()) {
    const std::string name = NameOf(entry.backend);
    if (entry.backend != options.backend) {
      absl::StrAppend(&others, others.empty() ? "" : " or ", name);
      continue;
    }
    auto port = entry.create(options);
    if (port.ok()) {
      return CreatedCompletionPort{*std::move(port),
                                   absl::StrCat(name, " was asked for")};
    }
    if (!absl::IsUnavailable(port.status())) return port.status();
    return absl::Status(port.status().code(),
                        absl::StrCat(port.status().message(),
                                     "; allow it, or choose the backend auto"));
  }
  return absl::UnavailableError(
      absl::StrCat("this system has no ", NameOf(options.backend),
                   "; choose the backend auto or ", others));
}

}  // namespace perfecthash
