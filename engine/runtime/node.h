#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "engine/coroutine/executor.h"
#include "engine/io/completion_port.h"
#include "engine/memory/buffer_pool.h"
#include "engine/metrics/latency_histogram.h"
#include "engine/numa/topology.h"
#include "engine/runtime/node_timer.h"
#include "engine/runtime/worker.h"

namespace perfecthash {

struct NodeOptions {
  int index = 0;         // in Runtime::nodes()
  int worker_count = 1;  // 0: RunCompletions is called by the owner
  WorkerOptions worker = {};
  BufferPool::Options pool = {};
};

struct NodeStats {
  int id = 0;
  int worker_count = 0;
  CompletionPortStats port;
  BufferPoolStats pool;
  // How long a resumed coroutine kept its worker before it suspended or ended;
  // the sum is the workers' busy time, the count that of all resumptions.
  HistogramSnapshot resume_time;
};

// One NUMA node at work: its completion port, its own worker threads and its
// buffers. A task that was started on a node resumes there, on any of its
// workers, until it moves by `co_await other.Schedule()`.
//
// Thread-safe, but for Start and Stop, which the Runtime calls.
class Node {
 public:
  using Clock = CompletionPort::Clock;

  // The topology, of which `place` is a node, outlives this.
  Node(const Topology& topology, const NumaNode& place,
       std::unique_ptr<CompletionPort> port, const NodeOptions& options);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Starts the workers and returns once each of them is set up.
  // ResourceExhausted when the system gives no more threads.
  absl::Status Start();
  // Ends the workers and the pool. Call it when nothing uses the node any more:
  // the status names what still does, which is a bug of the caller.
  absl::Status Stop();

  int index() const { return options_.index; }
  int id() const { return place_.id; }
  const NumaNode& place() const { return place_; }
  // For arrays with an entry per worker: at least 1.
  int worker_slot_count() const { return std::max(options_.worker_count, 1); }
  int worker_count() const { return options_.worker_count; }
  // What the workers run without; empty when everything was granted.
  const WorkerSetup& setup() const { return setup_; }
  bool threads_bound() const {
    return worker_count() > 0 && setup_.binding.ok() &&
           options_.worker.binding != WorkerBinding::kNone;
  }

  CompletionPort& port() { return *port_; }
  BufferPool& pool() { return pool_; }

  // `co_await node.Schedule()` continues on a worker of this node, behind what
  // is ready there: to come here, or to give way to others between two slices.
  ResumeOn Schedule() { return ResumeOn(*port_); }

  // From now on the workers look at `timer`, which outlives them.
  void SetTimer(NodeTimer* timer) {
    timer_.store(timer, std::memory_order_release);
  }
  // When it is due; the largest time without one.
  Clock::time_point timer_due() const;

  // Virtual in a simulation.
  Clock::time_point Now() const { return port_->Now(); }

  // Does what the timer has due, then takes a batch of completions, sleeping up
  // to `timeout` for the first one but no longer than to the timer, and resumes
  // them as worker `worker_index`; returns their number. This is what a worker
  // does in a loop; without workers the owner calls it, always from one thread.
  std::size_t RunCompletions(std::chrono::nanoseconds timeout,
                             int worker_index = 0);

  NodeStats Stats() const;

 private:
  // Returns the time until the timer is due next.
  std::chrono::nanoseconds RunTimer();
  void Resume(Continuation& continuation);

  const Topology& topology_;
  const NumaNode place_;
  const NodeOptions options_;
  BufferPool pool_;
  std::unique_ptr<CompletionPort> port_;
  // Release and acquire hand over what the pointer points to.
  std::atomic<NodeTimer*> timer_{nullptr};
  LatencyHistogram resume_time_;
  WorkerSetup setup_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace perfecthash
