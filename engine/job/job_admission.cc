#include "engine/job/job_admission.h"

#include "absl/strings/str_cat.h"
#include "engine/base/error_reason.h"

namespace perfecthash {

absl::Status CheckRoom(const JobQueue& queue, int item_count) {
  if (item_count > queue.items_max()) {
    return WithReason(
        absl::InvalidArgumentError(absl::StrCat(
            "the job has ", item_count, " tables; the queue takes ",
            queue.items_max(), " at most: send several jobs")),
        "TOO_MANY_ITEMS");
  }
  if (!queue.HasRoomFor(item_count)) {
    return WithReason(
        absl::ResourceExhaustedError(
            absl::StrCat("the queue has ", queue.items_queued(), " of at most ",
                         queue.items_max(), " tables, so ", item_count,
                         " more do not fit; try again when some have started")),
        "QUEUE_FULL");
  }
  return absl::OkStatus();
}

}  // namespace perfecthash
