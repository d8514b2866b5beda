#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/base/mutex.h"

namespace perfecthash {

// Bounds how many calls of a kind are served at once, as gRPC itself bounds
// nothing over all connections. Thread-safe; outlives its slots.
class TransferSlots {
 public:
  explicit TransferSlots(int count_max) : count_max_(count_max) {}

  // Held by one call; move-only.
  class Slot {
   public:
    explicit Slot(TransferSlots* slots) : slots_(slots) {}
    Slot(Slot&& other) noexcept : slots_(other.slots_) {
      other.slots_ = nullptr;
    }
    Slot& operator=(Slot&&) = delete;
    ~Slot();

   private:
    TransferSlots* slots_;
  };

  // ResourceExhausted TOO_MANY_TRANSFERS.
  absl::StatusOr<Slot> Take();

 private:
  const int count_max_;
  Mutex mutex_;
  int count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace perfecthash
