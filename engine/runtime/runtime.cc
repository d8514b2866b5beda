#include "engine/runtime/runtime.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "engine/numa/node_pages.h"
#include "engine/numa/thread.h"
#include "engine/runtime/runtime_plan.h"
#include "engine/runtime/worker_id.h"

namespace perfecthash {
namespace {

// What each node keeps when all is done, so that one small table after another
// does not cost a trip to the system each.
constexpr std::uint64_t kIdleBytesMax = std::uint64_t{4} << 20;

// An oversize buffer that so many roots did not want is not wanted.
constexpr std::uint64_t kRootsPerTrim = 1000;

// I/O threads of a node: as many as workers, which is fastest on two CPUs; but
// one alone would be held up by one slow file, and creating files in a
// directory is not done faster by many.
constexpr int kIoThreadsMin = 2;
constexpr int kIoThreadsMax = 8;

}  // namespace

absl::StatusOr<std::unique_ptr<Runtime>> Runtime::Create(
    RuntimeOptions options) {
  if (options.topology == nullptr) {
    ASSIGN_OR_RETURN(options.topology, Topology::Detect());
  }
  if (!options.port_factory) {
    options.port_factory = [](const NumaNode&,
                              const CompletionPortOptions& port) {
      return CreateCompletionPort(port);
    };
  }
  ASSIGN_OR_RETURN(const RuntimePlan plan, PlanRuntime(options));
  auto runtime = absl::WrapUnique(new Runtime(std::move(options), plan));
  for (const RuntimePlan::PerNode& node : plan.nodes) {
    RETURN_IF_ERROR(runtime->CreateNode(node));
  }
  for (const std::unique_ptr<Node>& node : runtime->nodes_) {
    RETURN_IF_ERROR(node->Start());
  }
  runtime->CollectWarnings();
  return runtime;
}

Runtime::Runtime(RuntimeOptions options, const RuntimePlan& plan)
    : options_(std::move(options)), budget_(plan.budget_bytes) {}

Runtime::~Runtime() {
  {
    MutexLock lock(stop_mutex_);
    if (stop_status_.has_value()) return;
  }
  const absl::Status status = Stop();
  CHECK(status.ok());
}

absl::Status Runtime::CreateNode(const RuntimePlan::PerNode& plan) {
  CompletionPortOptions port_options = options_.port;
  port_options.concurrency = plan.worker_count;
  port_options.thread_count =
      std::clamp(plan.worker_count, kIoThreadsMin, kIoThreadsMax);
  // A refused binding is in the warnings already: the workers ask for the same.
  port_options.on_thread_start = [topology = options_.topology,
                                  place = plan.place] {
    NameThread(absl::StrCat("node", place->id, "-io"));
    topology->BindThreadToNode(*place).IgnoreError();
    RunThreadInBatches().IgnoreError();  // it is only slower without
  };
  ASSIGN_OR_RETURN(CreatedCompletionPort created,
                   options_.port_factory(*plan.place, port_options));
  io_backend_reason_ = std::move(created.reason);
  nodes_.push_back(std::make_unique<Node>(
      *options_.topology, *plan.place, std::move(created.port),
      NodeOptions{.index = static_cast<int>(nodes_.size()),
                  .worker_count = plan.worker_count,
                  .worker = options_.worker,
                  .pool = {.payload_bytes_max = plan.pool_bytes_max,
                           .guard = options_.buffer_guard,
                           .pages = options_.buffer_pages}}));
  return absl::OkStatus();
}

void Runtime::CollectWarnings() {
  absl::Status binding;
  absl::Status priority;
  absl::Status memory;
  for (const std::unique_ptr<Node>& node : nodes_) {
    binding.Update(node->setup().binding);
    priority.Update(node->setup().priority);
    const auto probe =
        NodePages::Allocate(*options_.topology, node->place(), 1);
    memory.Update(probe.ok() ? probe->binding_status() : probe.status());
  }
  const auto warn = [this](const char* consequence, const absl::Status& why) {
    if (why.ok()) return;
    warnings_.push_back(
        absl::StrCat(consequence, ": ", std::string(why.message())));
  };
  warn("worker threads run unbound", binding);
  warn("worker threads run at normal priority", priority);
  warn("buffers may lie on another NUMA node", memory);
}

Node* Runtime::FindNode(int id) const {
  for (const std::unique_ptr<Node>& node : nodes_) {
    if (node->id() == id) return node.get();
  }
  return nullptr;
}

int Runtime::worker_count() const {
  int count = 0;
  for (const auto& node : nodes_) count += node->worker_count();
  return count;
}

int Runtime::thread_count() const {
  int count = 0;
  for (const auto& node : nodes_) {
    count += node->worker_count() + node->port().thread_count();
  }
  return count;
}

bool Runtime::threads_bound() const {
  return std::all_of(nodes_.begin(), nodes_.end(),
                     [](const auto& node) { return node->threads_bound(); });
}

std::string Runtime::io_backend() const {
  return std::string(nodes_.front()->port().name());
}

absl::Status Runtime::Spawn(Node& node, Task<> task) {
  std::optional<Outstanding::Token> token = roots_.Begin();
  if (!token.has_value()) {
    return WithReason(
        absl::UnavailableError("the engine is stopping and takes no more work"),
        "STOPPING");
  }
  running_root_count_.fetch_add(1, std::memory_order_relaxed);
  RunRoot(node, std::move(task), *std::move(token));
  return absl::OkStatus();
}

// The frame of `task` dies before the token does, so that nothing of a root is
// left when Stop goes on.
DetachedTask Runtime::RunRoot(Node& node, Task<> task,
                              Outstanding::Token token) {
  co_await node.Schedule();
  {
    Task<> running = std::move(task);
    co_await std::move(running);
  }
  TrimAfterRoot();
}

void Runtime::TrimAfterRoot() {
  const std::uint64_t ended =
      1 + ended_root_count_.fetch_add(1, std::memory_order_relaxed);
  const bool idle =
      running_root_count_.fetch_sub(1, std::memory_order_relaxed) == 1;
  for (const std::unique_ptr<Node>& node : nodes_) {
    BufferPool& pool = node->pool();
    if (idle && pool.payload_bytes() > kIdleBytesMax) pool.Trim();
    if (ended % kRootsPerTrim == 0) pool.TrimIdle();
  }
}

absl::Status Runtime::Stop() {
  CHECK(!CurrentWorker().valid());
  roots_.Close();
  MutexLock lock(stop_mutex_);
  if (!stop_status_.has_value()) {
    WaitForRoots();
    stop_status_ = StopNodes();
  }
  return *stop_status_;
}

void Runtime::WaitForRoots() {
  if (options_.threads == RuntimeOptions::Threads::kOwn) {
    roots_.WaitUntilNone();
    return;
  }
  while (roots_.count() > 0 && RunOnce()) {
  }
}

absl::Status Runtime::StopNodes() {
  absl::Status status;
  if (const std::int64_t count = roots_.count(); count > 0) {
    status = absl::FailedPreconditionError(absl::StrCat(
        count, " tasks have not ended and wait for what will never happen"));
  }
  for (const std::unique_ptr<Node>& node : nodes_) status.Update(node->Stop());
  const MemoryBudgetStats budget = budget_.Stats();
  if (budget.reserved_bytes > 0) {
    status.Update(absl::FailedPreconditionError(absl::StrCat(
        budget.reserved_bytes, " bytes of memory are still reserved")));
  }
  return status;
}

bool Runtime::RunOnce() {
  CHECK(options_.threads == RuntimeOptions::Threads::kNone);
  std::size_t count = 0;
  for (const std::unique_ptr<Node>& node : nodes_) {
    count += node->RunCompletions(std::chrono::nanoseconds(0));
  }
  return count > 0 || WaitForNext();
}

bool Runtime::WaitForNext() {
  Node* busy = nullptr;
  Node::Clock::time_point due = Node::Clock::time_point::max();
  for (const std::unique_ptr<Node>& node : nodes_) {
    if (node->port().Stats().outstanding_count() > 0) busy = node.get();
    due = std::min(due, node->timer_due());
  }
  if (busy == nullptr && due == Node::Clock::time_point::max()) return false;
  // Time may pass up to the first timer of any node, but not beyond it.
  Node& node = busy != nullptr ? *busy : *nodes_.front();
  node.RunCompletions(
      due == Node::Clock::time_point::max()
          ? CompletionPort::kForever
          : std::max(std::chrono::nanoseconds(0),
                     std::chrono::nanoseconds(due - node.Now())));
  return true;
}

std::uint64_t Runtime::TrimMemory() {
  std::uint64_t bytes = 0;
  for (const std::unique_ptr<Node>& node : nodes_) bytes += node->pool().Trim();
  return bytes;
}

}  // namespace perfecthash
