#include "engine/base/tracepoint.h"

// The headers of mingw-w64 10 have no TraceLogging.

namespace perfecthash {

std::string_view TracepointKind() { return "none"; }

void TraceOperationSubmit(const void*, int, std::uint64_t) {}
void TraceOperationComplete(const void*, int, int, std::int64_t) {}
void TraceSliceBegin(const char*, std::uint64_t, std::uint64_t) {}
void TraceSliceEnd(const char*, std::uint64_t) {}
void TraceLaneAdded(const char*, int) {}
void TraceMemoryWaitBegin(const void*, std::uint64_t, std::uint64_t) {}
void TraceMemoryWaitEnd(const void*, std::uint64_t, int) {}

}  // namespace perfecthash
