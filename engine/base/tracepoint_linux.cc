#include "engine/base/tracepoint.h"

#ifdef PERFECTHASH_HAS_SDT
#include <sys/sdt.h>
#else
#define STAP_PROBE2(...) static_cast<void>(0)
#define STAP_PROBE3(...) static_cast<void>(0)
#define STAP_PROBE4(...) static_cast<void>(0)
#endif

namespace perfecthash {

std::string_view TracepointKind() {
#ifdef PERFECTHASH_HAS_SDT
  return "usdt";
#else
  return "none";
#endif
}

void TraceOperationSubmit(const void* operation, int kind,
                          std::uint64_t bytes) {
  STAP_PROBE3(perfecthash, operation_submit, operation, kind, bytes);
}

void TraceOperationComplete(const void* operation, int kind, int os_error,
                            std::int64_t value) {
  STAP_PROBE4(perfecthash, operation_complete, operation, kind, os_error,
              value);
}

void TraceSliceBegin(const char* table, std::uint64_t first_attempt,
                     std::uint64_t count) {
  STAP_PROBE3(perfecthash, slice_begin, table, first_attempt, count);
}

void TraceSliceEnd(const char* table, std::uint64_t made) {
  STAP_PROBE2(perfecthash, slice_end, table, made);
}

void TraceLaneAdded(const char* table, int lanes) {
  STAP_PROBE2(perfecthash, lane_added, table, lanes);
}

void TraceMemoryWaitBegin(const void* budget, std::uint64_t wait,
                          std::uint64_t bytes) {
  STAP_PROBE3(perfecthash, memory_wait_begin, budget, wait, bytes);
}

void TraceMemoryWaitEnd(const void* budget, std::uint64_t wait, int granted) {
  STAP_PROBE3(perfecthash, memory_wait_end, budget, wait, granted);
}

}  // namespace perfecthash
