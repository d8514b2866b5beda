#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/numa/topology.h"

namespace perfecthash {

// Whole zeroed pages that come from one NUMA node when they are first touched;
// owns them and gives them back to the operating system. Large blocks ask for
// huge pages. Used by one thread at a time.
class NodePages {
 public:
  enum class Guard {
    kNone,
    // A page that may not be touched follows the block, so that an overrun
    // traps at once (when `size_bytes` is a multiple of the page size).
    kTrailingPage,
  };

  // ResourceExhausted when the system has no address space or memory left.
  // A refusal to bind is not an error, see binding_status().
  static absl::StatusOr<NodePages> Allocate(const Topology& topology,
                                            const NumaNode& node,
                                            std::size_t size_bytes,
                                            Guard guard = Guard::kNone);

  NodePages() = default;
  NodePages(NodePages&& other) noexcept { *this = std::move(other); }
  NodePages& operator=(NodePages&& other) noexcept;
  ~NodePages() { Free(); }

  // Null when there are no pages (default-constructed or moved from).
  std::uint8_t* data() const { return data_; }
  std::size_t size_bytes() const { return size_bytes_; }
  // Why the pages are not bound to their node, or OK.
  const absl::Status& binding_status() const { return binding_status_; }

 private:
  void Free();

  std::uint8_t* data_ = nullptr;
  std::size_t size_bytes_ = 0;
  std::size_t mapped_bytes_ = 0;  // size_bytes_ in whole pages and the guard
  absl::Status binding_status_;
};

// Where pages come from: NodePages::Allocate, or a test's that has none left.
using NodePagesSource = std::function<absl::StatusOr<NodePages>(
    const Topology& topology, const NumaNode& node, std::size_t size_bytes,
    NodePages::Guard guard)>;

}  // namespace perfecthash
