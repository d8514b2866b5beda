#pragma once

#include "engine/engine.h"
#include "service/files/key_set_store.h"
#include "service/job/job_creator.h"
#include "service/job/job_store.h"
#include "service/process/task_executor.h"
#include "service/rpc/service_limits.h"
#include "service/transfer/transfer_slots.h"
#include "service/watch/watch_fanout.h"

namespace perfecthash {

// What the RPC services work with. All parts are thread-safe and outlive the
// gRPC server.
struct ServiceParts {
  Engine& engine;
  JobStore& jobs;
  JobCreator& creator;
  WatchFanout& fanout;
  KeySetStore& key_sets;
  TaskExecutor& executor;
  TransferSlots& uploads;
  TransferSlots& downloads;
  const ServiceLimits& limits;
};

}  // namespace perfecthash
