#include "tests/engine/io/port_harness.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/file_bytes.h"
#include "engine/base/unique_handle.h"
#include "engine/io/completion_port_backends.h"
#include "engine/io/completion_port_factory.h"
#include "tests/engine/io/foreign_handle.h"
#include "tests/support/simulated_completion_port.h"
#include "tests/support/temporary_directory.h"

namespace perfecthash {
namespace {

class RealHarness : public PortHarness {
 public:
  explicit RealHarness(std::unique_ptr<CompletionPort> port)
      : port_(std::move(port)), silent_pipe_(MakeSilentPipe()) {
    CHECK(port_->Attach(silent_pipe_.reader.get()).ok());
  }

  CompletionPort& port() override { return *port_; }
  void DestroyPort() override { port_.reset(); }
  bool has_threads() const override { return true; }

  std::string Path(const std::string& name) const override {
    return directory_ / name;
  }
  void WriteFile(const std::string& name,
                 const std::string& contents) override {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(contents.data());
    CHECK(WriteFileBytes(Path(name), absl::MakeSpan(bytes, contents.size()))
              .ok());
  }
  std::optional<std::string> ReadFile(const std::string& name) override {
    const auto bytes = ReadFileBytes(Path(name), std::uint64_t{1} << 30);
    if (!bytes.ok()) return std::nullopt;
    return std::string(bytes->begin(), bytes->end());
  }
  std::vector<std::string> FileNames() override {
    std::vector<std::string> names;
    for (const auto& entry :
         std::filesystem::directory_iterator(directory_.path())) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  UniqueHandle::Native OpenElsewhere(const std::string& name) override {
    opened_.push_back(OpenForPort(Path(name)));
    return opened_.back().get();
  }
  UniqueHandle::Native OpenSlow() override { return silent_pipe_.reader.get(); }

 private:
  const TemporaryDirectory directory_;
  std::vector<UniqueHandle> opened_;
  std::unique_ptr<CompletionPort> port_;
  const SilentPipe silent_pipe_;
};

class SimulatedHarness : public PortHarness {
 public:
  explicit SimulatedHarness(int depth)
      : simulation_(
            {.seed = 20240229, .depth = static_cast<std::size_t>(depth)}),
        port_(simulation_.MakePort()) {
    simulation_.files().AddDirectory(kDirectory);
  }

  CompletionPort& port() override { return *port_; }
  void DestroyPort() override { port_.reset(); }
  bool has_threads() const override { return false; }

  std::string Path(const std::string& name) const override {
    return absl::StrCat(kDirectory, "/", name);
  }
  void WriteFile(const std::string& name,
                 const std::string& contents) override {
    simulation_.files().AddFile(Path(name), contents);
  }
  std::optional<std::string> ReadFile(const std::string& name) override {
    return simulation_.files().Contents(Path(name));
  }
  std::vector<std::string> FileNames() override {
    std::vector<std::string> names;
    for (const std::string& path : simulation_.files().Paths()) {
      names.push_back(path.substr(path.find_last_of('/') + 1));
    }
    return names;
  }

  UniqueHandle::Native OpenElsewhere(const std::string& name) override {
    return simulation_.files().OpenForRead(Path(name));
  }
  UniqueHandle::Native OpenSlow() override {
    simulation_.files().AddFile("/slow", "slow");
    return simulation_.files().OpenForRead("/slow");
  }

 private:
  static constexpr char kDirectory[] = "/simulated";

  Simulation simulation_;
  std::unique_ptr<CompletionPort> port_;
};

IoBackend BackendOf(PortKind kind) {
  switch (kind) {
    case PortKind::kIoUring:
      return IoBackend::kIoUring;
    case PortKind::kThreads:
      return IoBackend::kThreads;
    case PortKind::kIocp:
      return IoBackend::kIocp;
    case PortKind::kSimulated:
      break;
  }
  return IoBackend::kAuto;
}

}  // namespace

std::vector<PortKind> PortKinds() {
  std::vector<PortKind> kinds;
  for (const CompletionPortBackend& entry : PlatformBackends()) {
    for (const PortKind kind :
         {PortKind::kIoUring, PortKind::kThreads, PortKind::kIocp}) {
      if (BackendOf(kind) == entry.backend) kinds.push_back(kind);
    }
  }
  kinds.push_back(PortKind::kSimulated);
  return kinds;
}

std::string ToString(PortKind kind) {
  switch (kind) {
    case PortKind::kIoUring:
      return "IoUring";
    case PortKind::kThreads:
      return "Threads";
    case PortKind::kIocp:
      return "Iocp";
    case PortKind::kSimulated:
      return "Simulated";
  }
  return "";
}

std::unique_ptr<PortHarness> MakePortHarness(PortKind kind, int depth,
                                             std::string& refusal) {
  if (kind == PortKind::kSimulated) {
    return std::make_unique<SimulatedHarness>(depth);
  }
  auto created = CreateCompletionPort(
      {.backend = BackendOf(kind), .depth = depth, .thread_count = 2});
  if (!created.ok()) {
    refusal = std::string(created.status().message());
    return nullptr;
  }
  return std::make_unique<RealHarness>(std::move(created->port));
}

}  // namespace perfecthash
