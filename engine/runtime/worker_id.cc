#include "engine/runtime/worker_id.h"

namespace perfecthash {
namespace {

// Read only through functions that are not inlined: a compiler may keep the
// address of a thread's variable across the suspension of a coroutine, which
// then resumes on another thread.
thread_local WorkerId current_worker;

}  // namespace

WorkerId CurrentWorker() { return current_worker; }

ScopedWorkerId::ScopedWorkerId(WorkerId id) : previous_(current_worker) {
  current_worker = id;
}

ScopedWorkerId::~ScopedWorkerId() { current_worker = previous_; }

}  // namespace perfecthash
