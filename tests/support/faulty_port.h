#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string_view>
#include <vector>

#include "engine/io/completion_port.h"

namespace perfecthash {

// A port with a planted bug: it breaks the contract of CompletionPort once, so
// that tests can show that somebody notices. Used by one thread.
class FaultyPort : public CompletionPort {
 public:
  enum class Bug {
    kLostCompletion,    // an operation never comes out
    kDoubleCompletion,  // an operation comes out twice
    kLostWakeUp,        // what was posted never comes out
  };

  // The bug hits the `victim`-th (from 0) of what it can hit.
  FaultyPort(std::unique_ptr<CompletionPort> port, Bug bug,
             std::uint64_t victim);

  absl::Status Attach(UniqueHandle::Native handle) override {
    return port_->Attach(handle);
  }
  void Submit(Operation& operation) override;
  void Post(Continuation& continuation) override { port_->Post(continuation); }
  void Cancel(Operation& operation) override { port_->Cancel(operation); }
  std::size_t Wait(absl::Span<Continuation*> ready,
                   std::chrono::nanoseconds timeout) override;
  void Close() override { port_->Close(); }
  bool closed() const override { return port_->closed(); }
  Clock::time_point Now() const override { return port_->Now(); }
  CompletionPortStats Stats() const override { return port_->Stats(); }
  std::string_view name() const override { return port_->name(); }

 private:
  bool IsVictim(Continuation& continuation);

  const std::unique_ptr<CompletionPort> port_;
  const Bug bug_;
  const std::uint64_t victim_;
  std::uint64_t seen_ = 0;
  std::set<Continuation*> operations_;  // submitted, not yet out
  Continuation* again_ = nullptr;       // comes out a second time
};

}  // namespace perfecthash
