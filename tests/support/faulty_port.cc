#include "tests/support/faulty_port.h"

#include <utility>

namespace perfecthash {

FaultyPort::FaultyPort(std::unique_ptr<CompletionPort> port, Bug bug,
                       std::uint64_t victim)
    : CompletionPort(port->NextSerial()),
      port_(std::move(port)),
      bug_(bug),
      victim_(victim) {}

void FaultyPort::Submit(Operation& operation) {
  operations_.insert(&operation);
  port_->Submit(operation);
}

std::size_t FaultyPort::Wait(absl::Span<Continuation*> ready,
                             std::chrono::nanoseconds timeout) {
  if (again_ != nullptr) {
    ready[0] = std::exchange(again_, nullptr);
    return 1;
  }
  const std::size_t taken = port_->Wait(ready, timeout);
  std::size_t count = 0;
  for (std::size_t i = 0; i < taken; ++i) {
    if (IsVictim(*ready[i])) {
      if (bug_ != Bug::kDoubleCompletion) continue;
      again_ = ready[i];
    }
    ready[count++] = ready[i];
  }
  return count;
}

bool FaultyPort::IsVictim(Continuation& continuation) {
  const bool is_operation = operations_.erase(&continuation) > 0;
  if (is_operation == (bug_ == Bug::kLostWakeUp)) return false;
  return seen_++ == victim_;
}

}  // namespace perfecthash
