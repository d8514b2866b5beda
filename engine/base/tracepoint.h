#pragma once

#include <cstdint>
#include <string_view>

namespace perfecthash {

// Static tracepoints: places where a tracer may look in on a program that runs,
// at the price of a call and a no-op where none does. On Linux they are USDT
// probes of the provider `perfecthash`, named as below without "Trace":
// operation_submit, slice_begin, ... with the arguments in the same order;
// engine/README.md shows how to read them. On Windows they do nothing.
// Thread-safe.

// "usdt", or "none" where the program was built without.
std::string_view TracepointKind();

// An operation is handed to its port, and its task goes on with the result.
// `kind` is an OperationKind, and `operation` the same both times.
void TraceOperationSubmit(const void* operation, int kind, std::uint64_t bytes);
void TraceOperationComplete(const void* operation, int kind, int os_error,
                            std::int64_t value);

// A worker makes attempts at a table, `count` at most, and has made `made`.
void TraceSliceBegin(const char* table, std::uint64_t first_attempt,
                     std::uint64_t count);
void TraceSliceEnd(const char* table, std::uint64_t made);

// The table's ramp allows another lane; now there are `lanes`.
void TraceLaneAdded(const char* table, int lanes);

// A task stands in line for the memory budget, and has left it, with the bytes
// or (`granted` 0) because it was cancelled. `wait` numbers a budget's waits.
void TraceMemoryWaitBegin(const void* budget, std::uint64_t wait,
                          std::uint64_t bytes);
void TraceMemoryWaitEnd(const void* budget, std::uint64_t wait, int granted);

}  // namespace perfecthash
