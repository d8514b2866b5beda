#pragma once

#include <chrono>
#include <cstdint>

namespace perfecthash {

// What the service takes and keeps; shown by GetServerInfo. Everything that a
// client can make the server hold is bounded here.
struct ServiceLimits {
  std::int64_t message_bytes_max = 8 << 20;
  std::int64_t inline_keys_bytes_max = 1 << 20;
  std::int64_t key_set_bytes_max = 256 << 20;
  int items_per_job_max = 100'000;
  int queued_items_max = 100'000;  // the engine's, over all jobs
  int unfinished_jobs_max = 1'000;
  int finished_jobs_max = 1'000;
  std::int64_t finished_items_max = 200'000;
  int watchers_max = 10'000;
  int digests_per_call_max = 100'000;
  int transfers_max = 64;  // uploads, and as many downloads, at once
  // How long one of them waits for its client's next move; 0 = for ever.
  std::chrono::milliseconds transfer_stall_max = std::chrono::minutes(1);
};

}  // namespace perfecthash
