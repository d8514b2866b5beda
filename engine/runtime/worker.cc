#include "engine/runtime/worker.h"

#include <system_error>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/crash_handler.h"
#include "engine/numa/thread.h"
#include "engine/runtime/node.h"

namespace perfecthash {

absl::StatusOr<std::unique_ptr<Worker>> Worker::Start(
    const Topology& topology, Node& node, int index,
    const WorkerOptions& options) {
  auto worker = absl::WrapUnique(new Worker(topology, node, index, options));
  // The standard library knows no other way to say that there is no thread.
  try {
    worker->thread_ = std::thread(&Worker::Run, worker.get());
  } catch (const std::system_error& error) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "cannot start worker thread ", index, " of node ", node.id(), ": ",
        error.what(), " (raise the limit of threads, or use fewer)"));
  }
  return worker;
}

Worker::~Worker() {
  if (!thread_.joinable()) return;
  CHECK(node_.port().closed());
  thread_.join();
}

WorkerSetup Worker::WaitForSetup() {
  MutexLock lock(mutex_);
  while (!setup_.has_value()) set_up_.Wait(mutex_);
  return *setup_;
}

void Worker::Run() {
  const ScopedCrashStack crash_stack;
  {
    WorkerSetup setup = SetUp();
    MutexLock lock(mutex_);
    setup_ = std::move(setup);
    set_up_.NotifyAll();
  }
  CompletionPort& port = node_.port();
  while (node_.RunCompletions(CompletionPort::kForever, index_) > 0 ||
         !port.closed()) {
  }
}

WorkerSetup Worker::SetUp() const {
  const NumaNode& place = node_.place();
  NameThread(absl::StrCat("node", place.id, "-worker", index_));
  WorkerSetup setup;
  const bool cpu_each =
      static_cast<std::size_t>(node_.worker_count()) <= place.cpus.size();
  if (options_.binding == WorkerBinding::kCpu && cpu_each) {
    setup.binding =
        topology_.BindThreadToCpu(place.cpus[static_cast<std::size_t>(index_)]);
  } else if (options_.binding != WorkerBinding::kNone) {
    setup.binding = topology_.BindThreadToNode(place);
  }
  if (options_.priority_steps > 0) {
    setup.priority = LowerThreadPriority(options_.priority_steps);
  }
  return setup;
}

}  // namespace perfecthash
