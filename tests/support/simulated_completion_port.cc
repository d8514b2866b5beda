#include "tests/support/simulated_completion_port.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"

namespace perfecthash {
namespace {

struct SimulatedOperationState {
  enum class Phase : std::uint8_t { kIdle, kQueued, kInFlight };
  Phase phase;
};
static_assert(sizeof(SimulatedOperationState) <= Operation::kReservedBytes);
using Phase = SimulatedOperationState::Phase;

Phase& PhaseOf(Operation& operation) {
  return reinterpret_cast<SimulatedOperationState*>(operation.reserved)->phase;
}

bool Transfers(OperationKind kind) {
  return kind == OperationKind::kRead || kind == OperationKind::kWrite;
}

bool TakesSpace(OperationKind kind) {
  return kind == OperationKind::kWrite ||
         kind == OperationKind::kCreateExclusive ||
         kind == OperationKind::kMakeDirectory ||
         kind == OperationKind::kStoreFile;
}

// What waits for a device, or another computer, and can be cancelled. Whatever
// cleans up ends by itself, or nobody could rely on it.
bool CanHang(OperationKind kind) {
  return kind == OperationKind::kOpenForRead || kind == OperationKind::kSize ||
         kind == OperationKind::kCreateExclusive ||
         kind == OperationKind::kStoreFile || Transfers(kind);
}

}  // namespace

Simulation::Simulation(const SimulationOptions& options)
    : options_(options),
      files_(options.disk_bytes_max),
      random_(options.seed) {}

Simulation::~Simulation() { CHECK(ports_.empty()); }

std::unique_ptr<CompletionPort> Simulation::MakePort() {
  return std::make_unique<SimulatedCompletionPort>(*this);
}

std::uint64_t Simulation::fault_count() const {
  return std::accumulate(fault_counts_.begin(), fault_counts_.end(),
                         std::uint64_t{0});
}

bool Simulation::RunUntil(const std::function<bool()>& done) {
  std::vector<Continuation*> batch(8);
  while (!done()) {
    std::vector<SimulatedCompletionPort*> ready;
    for (SimulatedCompletionPort* port : ports_) {
      if (!port->ready_.empty()) ready.push_back(port);
    }
    if (ready.empty()) {
      if (!AdvanceTo(Clock::time_point::max())) return false;
      continue;
    }
    const std::size_t count = ready[Random(ready.size())]->Wait(
        absl::MakeSpan(batch), std::chrono::nanoseconds(0));
    for (std::size_t i = 0; i < count; ++i) batch[i]->handle.resume();
  }
  return true;
}

std::uint64_t Simulation::Random(std::uint64_t limit) {
  return random_() % limit;  // the bias does not matter here
}

bool Simulation::Happens(double probability) {
  // What never happens takes no number, so that a new kind of fault leaves the
  // histories without it as they were.
  if (probability <= 0) return false;
  constexpr double kScale = 1.0 / 9007199254740992.0;  // 2^-53
  return static_cast<double>(random_() >> 11) * kScale < probability;
}

std::chrono::nanoseconds Simulation::RandomDelay() {
  const auto range = (options_.delay_max - options_.delay_min).count() + 1;
  return options_.delay_min +
         std::chrono::nanoseconds(Random(static_cast<std::uint64_t>(range)));
}

int Simulation::DrawFault(const OperationRequest& request) {
  const SimulatedFaults& faults = options_.faults;
  if (Happens(faults.io_error)) return EIO;
  if (request.kind == OperationKind::kClose) {
    return Happens(faults.close_error) ? EIO : 0;
  }
  if (Happens(faults.interrupted)) return EINTR;
  if (Happens(faults.cancelled)) return ECANCELED;
  if (TakesSpace(request.kind) && Happens(faults.no_space)) return ENOSPC;
  if (request.path != nullptr && Happens(faults.access_denied)) return EACCES;
  return 0;
}

bool Simulation::DrawHang(const OperationRequest& request) {
  return CanHang(request.kind) && Happens(options_.faults.hang);
}

bool Simulation::RefusesToStore(const OperationRequest& request) const {
  return options_.refuses_stores && request.kind == OperationKind::kStoreFile;
}

bool Simulation::RefusesMemory() {
  const bool refuses = Happens(options_.faults.out_of_memory);
  if (refuses) ++out_of_memory_count_;
  return refuses;
}

bool Simulation::OnlyHangs() const {
  return !hanging_.empty() && events_.empty() && !AnyReady();
}

void Simulation::Schedule(Event event) {
  if (event.os_error != 0) CountFault(*event.operation);
  events_.emplace(now_ + RandomDelay(), event);
}

void Simulation::Hang(SimulatedCompletionPort& port, Operation& operation) {
  ++hang_count_;
  hanging_.emplace(&operation, &port);
}

void Simulation::CancelInFlight(Operation& operation) {
  if (const auto found = hanging_.find(&operation); found != hanging_.end()) {
    events_.emplace(now_ + RandomDelay(), Event{.port = found->second,
                                                .operation = &operation,
                                                .os_error = ECANCELED});
    hanging_.erase(found);
    return;
  }
  if (Happens(0.5)) return;
  for (auto entry = events_.begin(); entry != events_.end(); ++entry) {
    if (entry->second.operation != &operation) continue;
    Event event = entry->second;
    event.os_error = ECANCELED;
    events_.erase(entry);
    events_.emplace(now_ + options_.delay_min, event);
    return;
  }
}

void Simulation::CompleteDue() {
  while (!events_.empty() && events_.begin()->first <= now_) {
    const Event event = events_.begin()->second;
    events_.erase(events_.begin());
    if (event.stuck != nullptr) {
      --event.port->stuck_count_;
      event.port->ready_.push_back(event.stuck);
    } else {
      event.port->Finish(*event.operation, event.os_error);
    }
  }
}

bool Simulation::AdvanceTo(Clock::time_point deadline) {
  if (events_.empty() || events_.begin()->first > deadline) {
    if (deadline != Clock::time_point::max()) now_ = std::max(now_, deadline);
    return false;
  }
  now_ = std::max(now_, events_.begin()->first);
  CompleteDue();
  return true;
}

bool Simulation::AnyReady() const {
  return std::any_of(ports_.begin(), ports_.end(),
                     [](const auto* port) { return !port->ready_.empty(); });
}

void Simulation::FailDeadlocked() const {
  std::fprintf(stderr,
               "simulation with seed %llu: deadlock at %lld ns: a wait without "
               "end, and nothing is ready or under way but %llu operations "
               "that hang\n",
               static_cast<unsigned long long>(seed()),
               static_cast<long long>(now_.time_since_epoch().count()),
               static_cast<unsigned long long>(hanging_.size()));
  std::abort();
}

SimulatedCompletionPort::SimulatedCompletionPort(Simulation& simulation)
    : CompletionPort(simulation.random_()), simulation_(simulation) {
  simulation.ports_.push_back(this);
}

SimulatedCompletionPort::~SimulatedCompletionPort() {
  CHECK(Stats().outstanding_count() == 0);
  std::erase(simulation_.ports_, this);
}

absl::Status SimulatedCompletionPort::Attach(UniqueHandle::Native handle) {
  if (simulation_.files_.IsOpen(handle)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("cannot attach ", handle, ": it is not an open file"));
}

void SimulatedCompletionPort::Submit(Operation& operation) {
  CHECK(PhaseOf(operation) == Phase::kIdle);
  operation.result = {};
  PhaseOf(operation) = Phase::kQueued;
  ++stats_.submitted_count;
  queued_.PushBack(operation);
  StartQueued();
}

void SimulatedCompletionPort::Post(Continuation& continuation) {
  ++stats_.posted_count;
  ready_.push_back(&continuation);
}

void SimulatedCompletionPort::Cancel(Operation& operation) {
  if (operation.request.kind == OperationKind::kClose) return;
  if (PhaseOf(operation) == Phase::kQueued) {
    queued_.Remove(operation);
    Complete(operation, {.os_error = ECANCELED});
  } else if (PhaseOf(operation) == Phase::kInFlight) {
    simulation_.CancelInFlight(operation);
  }
}

std::size_t SimulatedCompletionPort::Wait(absl::Span<Continuation*> ready,
                                          std::chrono::nanoseconds timeout) {
  CHECK(!ready.empty());
  simulation_.CompleteDue();
  const Clock::time_point now = Now();
  const Clock::time_point deadline = timeout < Clock::time_point::max() - now
                                         ? now + timeout
                                         : Clock::time_point::max();
  // It ends early when another port has work: there is but one thread.
  while (!closed_ && !simulation_.AnyReady() && Now() < deadline) {
    if (simulation_.AdvanceTo(deadline)) continue;
    if (deadline != Clock::time_point::max()) continue;
    // Whoever waits may cancel what hangs, but is not asked for ever.
    if (simulation_.OnlyHangs() && ++simulation_.vain_wait_count_ < 100) break;
    simulation_.FailDeadlocked();
  }
  if (ready_.empty()) return 0;
  const std::size_t taken =
      1 + simulation_.Random(std::min(ready.size(), ready_.size()));
  std::size_t count = 0;
  for (std::size_t i = 0; i < taken; ++i) {
    std::swap(ready_[simulation_.Random(ready_.size())], ready_.back());
    Continuation* const continuation = ready_.back();
    ready_.pop_back();
    if (GetsStuck(*continuation)) continue;
    ready[count++] = continuation;
    const auto spent = simulation_.options_.time_per_delivery.count();
    simulation_.Spend(std::chrono::nanoseconds(
        simulation_.Random(static_cast<std::uint64_t>(2 * spent + 1))));
  }
  stats_.delivered_count += count;
  simulation_.vain_wait_count_ = 0;
  return count;
}

CompletionPortStats SimulatedCompletionPort::Stats() const {
  CompletionPortStats stats = stats_;
  stats.queued_count = queued_.size();
  stats.ready_count = ready_.size() + stuck_count_;
  return stats;
}

bool SimulatedCompletionPort::GetsStuck(Continuation& continuation) {
  const SimulationOptions& options = simulation_.options_;
  if (stuck_count_ + 1 >= options.workers_per_port ||
      !simulation_.Happens(options.faults.stuck_worker)) {
    return false;
  }
  ++stuck_count_;
  ++simulation_.stuck_worker_count_;
  const auto time = static_cast<std::uint64_t>(options.stuck_max.count());
  simulation_.events_.emplace(
      Now() + std::chrono::nanoseconds(simulation_.Random(time + 1)),
      Simulation::Event{.port = this, .stuck = &continuation});
  return true;
}

void SimulatedCompletionPort::StartQueued() {
  while (stats_.in_flight_count < simulation_.options_.depth &&
         !queued_.empty()) {
    Start(static_cast<Operation&>(*queued_.PopFront()));
  }
}

void SimulatedCompletionPort::Start(Operation& operation) {
  if (simulation_.Happens(simulation_.options_.faults.refused)) {
    simulation_.CountFault(operation);
    // A close has to close in any case.
    if (operation.request.kind == OperationKind::kClose) {
      simulation_.files_.Apply(operation.request);
    }
    return Complete(operation, {.os_error = EAGAIN});
  }
  PhaseOf(operation) = Phase::kInFlight;
  stats_.CountInFlight();
  if (simulation_.RefusesToStore(operation.request)) {
    return simulation_.Schedule({.port = this, .operation = &operation});
  }
  if (simulation_.DrawHang(operation.request)) {
    return simulation_.Hang(*this, operation);
  }
  simulation_.Schedule({.port = this,
                        .operation = &operation,
                        .os_error = simulation_.DrawFault(operation.request)});
}

void SimulatedCompletionPort::Finish(Operation& operation, int os_error) {
  OperationRequest request = operation.request;
  const bool closes = request.kind == OperationKind::kClose;
  OperationResult result = {.os_error = os_error};
  if (simulation_.RefusesToStore(request)) {
    result.os_error = ENOSYS;
  } else if (os_error == 0 || closes) {
    if (Transfers(request.kind) && request.length > 1 &&
        simulation_.Happens(simulation_.options_.faults.short_transfer)) {
      request.length = 1 + static_cast<std::uint32_t>(
                               simulation_.Random(request.length - 1));
    }
    result = simulation_.files_.Apply(request);
    if (os_error != 0) result.os_error = os_error;
  } else if (request.kind == OperationKind::kStoreFile &&
             simulation_.Happens(0.5)) {
    result.value = simulation_.files_.StoreHalf(request) ? 1 : 0;
  }
  --stats_.in_flight_count;
  Complete(operation, result);
  StartQueued();
}

void SimulatedCompletionPort::Complete(Operation& operation,
                                       const OperationResult& result) {
  CHECK(PhaseOf(operation) == Phase::kQueued ||
        PhaseOf(operation) == Phase::kInFlight);
  operation.result = result;
  // Idle, that is, it may be submitted again, though only once it is delivered.
  PhaseOf(operation) = Phase::kIdle;
  ++stats_.completed_count;
  if (result.os_error != 0) ++stats_.failed_count;
  ready_.push_back(&operation);
}

}  // namespace perfecthash
