#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

#include "engine/io/completion_port.h"
#include "tests/support/simulated_file_system.h"

namespace perfecthash {

// How likely each fault is, from 0 to 1. A fault hits an operation that it can
// hit in reality and leaves no effect, but that a close always closes, and that
// kStoreFile may leave a file half written.
struct SimulatedFaults {
  double short_transfer = 0;
  double interrupted = 0;    // EINTR
  double io_error = 0;       // EIO
  double close_error = 0;    // EIO of closes alone
  double no_space = 0;       // ENOSPC of creations and writes
  double access_denied = 0;  // EACCES of what names a path
  double cancelled = 0;      // ECANCELED, although nobody asked for it
  double refused = 0;        // the submission fails: EAGAIN, without a delay
  double hang = 0;           // of what can be cancelled: nothing else ends it
  double out_of_memory = 0;  // of memory for a pool that grows
  // A worker is stopped, for up to stuck_max, with what it has just taken.
  double stuck_worker = 0;
};

struct SimulationOptions {
  std::uint64_t seed = 1;  // decides order, delays, batches and faults
  SimulatedFaults faults = {};
  std::chrono::nanoseconds delay_min = std::chrono::microseconds(5);
  std::chrono::nanoseconds delay_max = std::chrono::milliseconds(2);
  // What a worker does with one continuation takes up to twice this.
  std::chrono::nanoseconds time_per_delivery = std::chrono::microseconds(1);
  std::size_t depth = 16;  // of each port
  // kStoreFile fails with ENOSYS, so that a file is written step by step.
  bool refuses_stores = false;
  // Of which all but one may be stuck at once.
  std::size_t workers_per_port = 4;
  std::chrono::nanoseconds stuck_max = std::chrono::milliseconds(200);
  std::uint64_t disk_bytes_max = SimulatedFileSystem::kUnlimited;
  // Called before somebody reads a port's clock; how much later it then is. For
  // what is computed without a pause, which else takes no time.
  std::function<std::chrono::nanoseconds()> time_per_look = nullptr;
};

class SimulatedCompletionPort;

// A small world for one thread: completion ports (nodes) that share a virtual
// clock and a file system. The same seed gives the same run. Outlives its
// ports, which their owners destroy.
class Simulation {
 public:
  using Clock = CompletionPort::Clock;

  explicit Simulation(const SimulationOptions& options);
  ~Simulation();

  std::unique_ptr<CompletionPort> MakePort();

  // Lets one port after another hand out what is ready and resumes it, and time
  // pass when nothing is ready, until `done`. False in a deadlock: nothing is
  // ready or under way, and nothing will ever be done.
  bool RunUntil(const std::function<bool()>& done);

  SimulatedFileSystem& files() { return files_; }
  Clock::time_point Now() const { return now_; }
  // The same, by somebody under test.
  Clock::time_point ReadClock() {
    if (options_.time_per_look) Spend(options_.time_per_look());
    return now_;
  }
  std::uint64_t seed() const { return options_.seed; }

  // Whether memory for a pool that wants to grow is refused, this time.
  bool RefusesMemory();
  // True when nothing is ready or under way but operations that hang: nothing
  // will happen any more until one of them is cancelled, or a timer is due.
  bool OnlyHangs() const;
  std::uint64_t hang_count() const { return hang_count_; }
  std::uint64_t stuck_worker_count() const { return stuck_worker_count_; }
  std::uint64_t out_of_memory_count() const { return out_of_memory_count_; }
  // Operations that a fault hit so far.
  std::uint64_t fault_count() const;
  std::uint64_t fault_count(OperationKind kind) const {
    return fault_counts_[static_cast<std::size_t>(kind)];
  }

 private:
  friend class SimulatedCompletionPort;

  // An operation that ends, or a stuck worker that goes on.
  struct Event {
    SimulatedCompletionPort* port;
    Operation* operation = nullptr;
    int os_error = 0;  // of its fault
    Continuation* stuck = nullptr;
  };

  // Uniform in [0, limit).
  std::uint64_t Random(std::uint64_t limit);
  bool Happens(double probability);
  std::chrono::nanoseconds RandomDelay();
  int DrawFault(const OperationRequest& request);
  bool DrawHang(const OperationRequest& request);
  bool RefusesToStore(const OperationRequest& request) const;
  void CountFault(const Operation& operation) {
    ++fault_counts_[static_cast<std::size_t>(operation.request.kind)];
  }

  void Schedule(Event event);
  // The operation stays where it is until it is cancelled.
  void Hang(SimulatedCompletionPort& port, Operation& operation);
  // Ends the wait of an operation in flight as cancelled, unless its completion
  // is faster.
  void CancelInFlight(Operation& operation);
  void CompleteDue();
  // Jumps to the next event, but not past `deadline`. False when there is none
  // before it; then it is `deadline` now.
  bool AdvanceTo(Clock::time_point deadline);
  void Spend(std::chrono::nanoseconds time) { now_ += time; }
  bool AnyReady() const;
  [[noreturn]] void FailDeadlocked() const;

  const SimulationOptions options_;
  SimulatedFileSystem files_;
  std::mt19937_64 random_;
  Clock::time_point now_{std::chrono::hours(1)};
  std::multimap<Clock::time_point, Event> events_;
  std::vector<SimulatedCompletionPort*> ports_;
  std::map<Operation*, SimulatedCompletionPort*> hanging_;
  std::array<std::uint64_t, kOperationKindCount> fault_counts_{};
  std::uint64_t hang_count_ = 0;
  int vain_wait_count_ = 0;  // in a row, while something hangs
  std::uint64_t stuck_worker_count_ = 0;
  std::uint64_t out_of_memory_count_ = 0;
};

// A completion port of a Simulation. Used by one thread. Wait lets time pass
// when nothing is ready; a Wait that could never end reports a deadlock with
// the seed and aborts.
class SimulatedCompletionPort : public CompletionPort {
 public:
  explicit SimulatedCompletionPort(Simulation& simulation);
  ~SimulatedCompletionPort() override;

  absl::Status Attach(UniqueHandle::Native handle) override;
  void Submit(Operation& operation) override;
  void Post(Continuation& continuation) override;
  void Cancel(Operation& operation) override;
  std::size_t Wait(absl::Span<Continuation*> ready,
                   std::chrono::nanoseconds timeout) override;
  void Close() override { closed_ = true; }
  bool closed() const override { return closed_; }
  Clock::time_point Now() const override { return simulation_.ReadClock(); }
  CompletionPortStats Stats() const override;
  std::string_view name() const override { return "simulated"; }

 private:
  friend class Simulation;

  void StartQueued();
  void Start(Operation& operation);
  // Whether the worker that takes `continuation` is stopped before it resumes
  // it.
  bool GetsStuck(Continuation& continuation);
  void Complete(Operation& operation, const OperationResult& result);
  void Finish(Operation& operation, int os_error);

  Simulation& simulation_;
  ContinuationQueue queued_;  // of Operations
  std::vector<Continuation*> ready_;
  std::size_t stuck_count_ = 0;  // workers, each with a continuation
  CompletionPortStats stats_;
  bool closed_ = false;
};

}  // namespace perfecthash
