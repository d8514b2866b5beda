#include "engine/coroutine/cancellation.h"

#include "engine/base/check.h"

namespace perfecthash {

CancellationSource::~CancellationSource() {
  MutexLock lock(mutex_);
  CHECK(watches_.empty());
}

void CancellationSource::Cancel() {
  MutexLock lock(mutex_);
  // Release: whoever sees the flag sees why it was set.
  cancelled_.store(true, std::memory_order_release);
  // The lock stays held, so that a wait that goes on (it unwatches first)
  // cannot destroy its watch under our hands.
  while (CancellationWatch* watch = watches_.PopFront()) {
    watch->watching_ = false;
    watch->OnCancelled();
  }
}

bool CancellationSource::Register(CancellationWatch& watch) {
  if (cancelled()) return false;
  watches_.PushBack(watch);
  watch.watching_ = true;
  return true;
}

void CancellationSource::Unwatch(CancellationWatch& watch) {
  MutexLock lock(mutex_);
  if (!watch.watching_) return;
  watches_.Remove(watch);
  watch.watching_ = false;
}

}  // namespace perfecthash
