#include "engine/job/queued_job.h"

#include <utility>

#include "engine/base/check.h"

namespace perfecthash {

QueuedJob::QueuedJob(Options options) : options_(std::move(options)) {
  CHECK(options_.fairness_weight > 0 && options_.tables_max >= 1);
  strands_.reserve(options_.items.size());
  for (ItemsOnNodes& items : options_.items) {
    if (items.indices.empty()) continue;
    CHECK(!items.nodes.empty());
    item_count_ += static_cast<int>(items.indices.size());
    strands_.push_back({.job = this,
                        .nodes = items.nodes,
                        .indices = std::move(items.indices)});
  }
  options_.items.clear();
  CHECK(item_count_ > 0);
}

}  // namespace perfecthash
