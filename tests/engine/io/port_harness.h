#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/io/completion_port.h"

namespace perfecthash {

enum class PortKind { kIoUring, kThreads, kIocp, kSimulated };

// Those of this system, and the simulated one.
std::vector<PortKind> PortKinds();

std::string ToString(PortKind kind);

// A completion port of some kind for a test, with an empty directory in the
// file system that the port sees. Everything is removed with it.
class PortHarness {
 public:
  virtual ~PortHarness() = default;

  virtual CompletionPort& port() = 0;
  // Ends the port, to see that it has nothing left.
  virtual void DestroyPort() = 0;
  // False: everything happens on one thread.
  virtual bool has_threads() const = 0;

  virtual std::string Path(const std::string& name) const = 0;
  // Past the port.
  virtual void WriteFile(const std::string& name,
                         const std::string& contents) = 0;
  virtual std::optional<std::string> ReadFile(const std::string& name) = 0;
  virtual std::vector<std::string> FileNames() = 0;

  // A handle for reading that the port did not open.
  virtual UniqueHandle::Native OpenElsewhere(const std::string& name) = 0;
  // A handle whose read does not end soon, or fails.
  virtual UniqueHandle::Native OpenSlow() = 0;
};

// Null with `refusal` filled in when this system does not let us use the
// backend. `depth` is the number of operations at once.
std::unique_ptr<PortHarness> MakePortHarness(PortKind kind, int depth,
                                             std::string& refusal);

}  // namespace perfecthash
