#include "engine/runtime/node.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/status_macros.h"
#include "engine/runtime/worker_id.h"

namespace perfecthash {
namespace {

// A batch is run by the worker that took it while its neighbours may be idle,
// and what is ready is mostly slices of computation, about a millisecond each:
// so a worker takes them one by one.
constexpr std::size_t kBatchCount = 1;

}  // namespace

Node::Node(const Topology& topology, const NumaNode& place,
           std::unique_ptr<CompletionPort> port, const NodeOptions& options)
    : topology_(topology),
      place_(place),
      options_(options),
      pool_(topology_, place_, options.pool),
      port_(std::move(port)) {}

Node::~Node() {
  port_->Close();
  workers_.clear();
}

absl::Status Node::Start() {
  for (int index = 0; index < options_.worker_count; ++index) {
    ASSIGN_OR_RETURN(std::unique_ptr<Worker> worker,
                     Worker::Start(topology_, *this, index, options_.worker));
    workers_.push_back(std::move(worker));
  }
  for (const std::unique_ptr<Worker>& worker : workers_) {
    const WorkerSetup setup = worker->WaitForSetup();
    setup_.binding.Update(setup.binding);
    setup_.priority.Update(setup.priority);
  }
  return absl::OkStatus();
}

absl::Status Node::Stop() {
  const CompletionPortStats stats = port_->Stats();
  port_->Close();
  workers_.clear();
  absl::Status status;
  if (stats.outstanding_count() > 0) {
    status = absl::FailedPreconditionError(absl::StrCat(
        "the port of node ", id(), " still has ", stats.in_flight_count,
        " operations in flight, ", stats.queued_count, " queued and ",
        stats.ready_count, " ready"));
  }
  status.Update(pool_.Rundown());
  return status;
}

std::size_t Node::RunCompletions(std::chrono::nanoseconds timeout,
                                 int worker_index) {
  const ScopedWorkerId worker(
      {.node_index = index(), .worker_index = worker_index});
  std::array<Continuation*, kBatchCount> batch;
  const std::size_t count =
      port_->Wait(absl::MakeSpan(batch), std::min(timeout, RunTimer()));
  for (std::size_t i = 0; i < count; ++i) Resume(*batch[i]);
  return count;
}

Node::Clock::time_point Node::timer_due() const {
  const NodeTimer* const timer = timer_.load(std::memory_order_acquire);
  return timer == nullptr ? Clock::time_point::max() : timer->next_due();
}

std::chrono::nanoseconds Node::RunTimer() {
  if (timer_due() == Clock::time_point::max()) return CompletionPort::kForever;
  const Clock::time_point now = Now();
  if (timer_due() <= now) timer_.load(std::memory_order_acquire)->RunDue();
  const Clock::time_point due = timer_due();
  if (due == Clock::time_point::max()) return CompletionPort::kForever;
  return std::max(std::chrono::nanoseconds(0),
                  std::chrono::nanoseconds(due - now));
}

void Node::Resume(Continuation& continuation) {
  const Clock::time_point start = port_->Now();
  // Null if it comes out of the port a second time.
  const std::coroutine_handle<> handle =
      std::exchange(continuation.handle, nullptr);
  CHECK(handle != nullptr);
  handle.resume();  // `continuation` may be gone from here on
  resume_time_.Record(port_->Now() - start);
}

NodeStats Node::Stats() const {
  NodeStats stats{.id = id(),
                  .worker_count = worker_count(),
                  .port = port_->Stats(),
                  .pool = pool_.Stats(),
                  .resume_time = resume_time_.Snapshot()};
  return stats;
}

}  // namespace perfecthash
