#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/os_error.h"
#include "engine/numa/node_pages.h"

namespace perfecthash {
namespace {

constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

std::size_t RoundUp(std::size_t bytes, std::size_t multiple) {
  return (bytes + multiple - 1) / multiple * multiple;
}

// An anonymous mapping that begins on a multiple of `alignment`: maps more and
// gives back both ends. Null with errno on failure.
std::uint8_t* MapAligned(std::size_t bytes, std::size_t alignment,
                         std::size_t page_bytes) {
  const std::size_t slack = alignment - page_bytes;
  void* const mapped = ::mmap(nullptr, bytes + slack, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  auto* const begin = static_cast<std::uint8_t*>(mapped);
  const auto address = reinterpret_cast<std::uintptr_t>(begin);
  const std::size_t front = RoundUp(address, alignment) - address;
  if (front > 0) ::munmap(begin, front);
  if (slack > front) ::munmap(begin + front + bytes, slack - front);
  return begin + front;
}

}  // namespace

absl::StatusOr<NodePages> NodePages::Allocate(const Topology& topology,
                                              const NumaNode& node,
                                              std::size_t size_bytes,
                                              Guard guard) {
  CHECK(size_bytes > 0);
  const auto page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t block_bytes = RoundUp(size_bytes, page_bytes);
  const bool guarded = guard == Guard::kTrailingPage;
  const bool huge = block_bytes >= kHugePageBytes;
  NodePages pages;
  pages.size_bytes_ = size_bytes;
  pages.mapped_bytes_ = block_bytes + (guarded ? page_bytes : 0);
  pages.data_ = MapAligned(pages.mapped_bytes_,
                           huge ? kHugePageBytes : page_bytes, page_bytes);
  if (pages.data_ == nullptr) {
    return OsErrorToStatus(
        errno, absl::StrCat("allocate ", size_bytes, " bytes of memory"));
  }
  if (guarded &&
      ::mprotect(pages.data_ + block_bytes, page_bytes, PROT_NONE) != 0) {
    return OsErrorToStatus(errno, "protect the page behind a block of memory");
  }
  // Advice: a kernel without huge pages refuses, and nothing is lost.
  if (huge) ::madvise(pages.data_, block_bytes, MADV_HUGEPAGE);
  pages.binding_status_ = topology.BindMemory(node, pages.data_, block_bytes);
  return pages;
}

void NodePages::Free() {
  if (data_ != nullptr) ::munmap(data_, mapped_bytes_);
}

}  // namespace perfecthash
