// A task that gives way, or gets its turn, cannot be lost for want of memory:
// to post returns nothing because there is nothing that could fail.

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "engine/base/check.h"
#include "engine/io/completion_port.h"
#include "tests/engine/io/port_harness.h"

namespace {

thread_local bool memory_is_forbidden = false;

}  // namespace

void* operator new(std::size_t size) {
  CHECK(!memory_is_forbidden);
  void* const memory = std::malloc(size > 0 ? size : 1);
  CHECK(memory != nullptr);
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace perfecthash {
namespace {

TEST(CompletionPortPostTest, PostsNeedNoMemory) {
  for (const PortKind kind : PortKinds()) {
    if (kind == PortKind::kSimulated) continue;  // it is a test's own
    SCOPED_TRACE(ToString(kind));
    std::string refusal;
    const auto harness = MakePortHarness(kind, /*depth=*/4, refusal);
    if (harness == nullptr) continue;
    std::vector<Continuation> posted(10'000);
    memory_is_forbidden = true;
    for (Continuation& continuation : posted) {
      harness->port().Post(continuation);
    }
    memory_is_forbidden = false;
    std::size_t count = 0;
    std::array<Continuation*, 64> ready;
    while (count < posted.size()) {
      count +=
          harness->port().Wait(absl::MakeSpan(ready), CompletionPort::kForever);
    }
  }
}

}  // namespace
}  // namespace perfecthash
