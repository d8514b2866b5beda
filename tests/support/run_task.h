#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

#include "engine/coroutine/detached_task.h"
#include "engine/coroutine/task.h"
#include "engine/io/completion_port.h"

namespace perfecthash {

// Hands out one batch, resumes it and returns its size: what a worker does,
// over and over.
inline std::size_t RunOnce(
    CompletionPort& port,
    std::chrono::nanoseconds timeout = CompletionPort::kForever) {
  std::array<Continuation*, 8> ready;
  const std::size_t count = port.Wait(absl::MakeSpan(ready), timeout);
  for (std::size_t i = 0; i < count; ++i) ready[i]->handle.resume();
  return count;
}

template <typename T>
DetachedTask StoreResult(Task<T> task, std::optional<T>& result) {
  result.emplace(co_await std::move(task));
}

inline DetachedTask StoreEnd(Task<> task, bool& ended) {
  co_await std::move(task);
  ended = true;
}

// Runs a task with this thread as the only worker of `port`, which may be a
// simulated one.
template <typename T>
T RunTask(CompletionPort& port, Task<T> task) {
  std::optional<T> result;
  StoreResult(std::move(task), result);
  while (!result.has_value()) RunOnce(port);
  return *std::move(result);
}

inline void RunTask(CompletionPort& port, Task<> task) {
  bool ended = false;
  StoreEnd(std::move(task), ended);
  while (!ended) RunOnce(port);
}

}  // namespace perfecthash
