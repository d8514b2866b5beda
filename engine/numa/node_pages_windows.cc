#include <windows.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/os_error.h"
#include "engine/base/windows_file.h"
#include "engine/numa/node_pages.h"

namespace perfecthash {
namespace {

constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

std::size_t RoundUp(std::size_t bytes, std::size_t multiple) {
  return (bytes + multiple - 1) / multiple * multiple;
}

// Address space, near `node` once memory is committed to it; null on failure.
std::uint8_t* Reserve(std::size_t bytes, DWORD node) {
  return static_cast<std::uint8_t*>(
      ::VirtualAllocExNuma(::GetCurrentProcess(), nullptr, bytes, MEM_RESERVE,
                           PAGE_READWRITE, node));
}

}  // namespace

// Pages that were never committed trap, so the guard page is just left out, and
// so is what a beginning at a huge page costs of address space.
absl::StatusOr<NodePages> NodePages::Allocate(const Topology& topology,
                                              const NumaNode& node,
                                              std::size_t size_bytes,
                                              Guard guard) {
  CHECK(size_bytes > 0);
  const auto failed = [size_bytes] {
    return OsErrorToStatus(
        ENOMEM, absl::StrCat("allocate ", size_bytes, " bytes of memory"));
  };
  SYSTEM_INFO system;
  ::GetSystemInfo(&system);
  const std::size_t page_bytes = system.dwPageSize;
  const std::size_t block_bytes = RoundUp(size_bytes, page_bytes);
  const bool huge = block_bytes >= kHugePageBytes;
  const std::size_t slack = huge ? kHugePageBytes : 0;
  const std::size_t guard_bytes =
      guard == Guard::kTrailingPage ? page_bytes : 0;
  std::uint8_t* const reserved =
      Reserve(block_bytes + slack + guard_bytes,
              topology.synthetic() ? NUMA_NO_PREFERRED_NODE
                                   : static_cast<DWORD>(node.id));
  if (reserved == nullptr) return failed();
  const auto address = reinterpret_cast<std::uintptr_t>(reserved);
  NodePages pages;
  pages.size_bytes_ = size_bytes;
  pages.mapped_bytes_ = block_bytes + slack + guard_bytes;
  pages.data_ =
      reserved + (huge ? RoundUp(address, kHugePageBytes) - address : 0);
  if (::VirtualAlloc(pages.data_, block_bytes, MEM_COMMIT, PAGE_READWRITE) ==
      nullptr) {
    return failed();
  }
  if (topology.synthetic()) {
    // It says why there is no binding.
    pages.binding_status_ = topology.BindMemory(node, pages.data_, block_bytes);
  }
  return pages;
}

void NodePages::Free() {
  if (data_ == nullptr) return;
  MEMORY_BASIC_INFORMATION found = {};
  CHECK(::VirtualQuery(data_, &found, sizeof(found)) != 0);
  CHECK(::VirtualFree(found.AllocationBase, 0, MEM_RELEASE));
}

}  // namespace perfecthash
