#include "service/transfer/transfer_slots.h"

#include "absl/strings/str_cat.h"
#include "engine/base/error_reason.h"
#include "service/rpc/rpc_status.h"

namespace perfecthash {

TransferSlots::Slot::~Slot() {
  if (slots_ == nullptr) return;
  MutexLock lock(slots_->mutex_);
  --slots_->count_;
}

absl::StatusOr<TransferSlots::Slot> TransferSlots::Take() {
  MutexLock lock(mutex_);
  if (count_ < count_max_) {
    ++count_;
    return Slot(this);
  }
  return WithMetadata(
      WithReason(absl::ResourceExhaustedError(absl::StrCat(
                     "the server serves ", count_max_,
                     " transfers of this kind, which is its limit; try again "
                     "later, and send many files in one stream")),
                 "TOO_MANY_TRANSFERS"),
      "limit", absl::StrCat(count_max_));
}

}  // namespace perfecthash
