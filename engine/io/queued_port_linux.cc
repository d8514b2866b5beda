#include <fcntl.h>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/io/queued_port.h"

namespace perfecthash {

QueuedPort::~QueuedPort() {
  CHECK(QueuedPort::Stats().outstanding_count() == 0);
}

absl::Status QueuedPort::Attach(UniqueHandle::Native handle) {
  if (::fcntl(static_cast<int>(handle), F_GETFD) >= 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("cannot attach ", handle, ": it is not an open file"));
}

void QueuedPort::Post(Continuation& continuation) {
  Sleepers::Wake wake;
  MutexLock lock(mutex_);
  ++stats_.posted_count;
  ready_.PushBack(continuation);
  WakeForReady(wake);
}

void QueuedPort::Close() {
  MutexLock lock(mutex_);
  closed_ = true;
  WakeAll();
}

bool QueuedPort::closed() const {
  MutexLock lock(mutex_);
  return closed_;
}

CompletionPortStats QueuedPort::Stats() const {
  MutexLock lock(mutex_);
  CompletionPortStats stats = stats_;
  stats.queued_count = queued_.size();
  stats.ready_count = ready_.size();
  return stats;
}

void QueuedPort::WakeForReady(Sleepers::Wake& wake) {
  if (sleepers_.WakeOne(wake)) ++stats_.wake_count;
}

void QueuedPort::WakeAll() { sleepers_.WakeAll(); }

void QueuedPort::Complete(Operation& operation) {
  stats_.CountCompletion(operation.result.os_error);
  ready_.PushBack(operation);
}

std::size_t QueuedPort::TakeReady(absl::Span<Continuation*> ready) {
  std::size_t count = 0;
  while (count < ready.size() && !ready_.empty()) {
    ready[count++] = ready_.PopFront();
  }
  stats_.delivered_count += count;
  return count;
}

}  // namespace perfecthash
