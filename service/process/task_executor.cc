#include "service/process/task_executor.h"

#include <utility>

#include "engine/base/error_reason.h"
#include "engine/numa/thread.h"

namespace perfecthash {

TaskExecutor::TaskExecutor(Options options) : options_(options) {
  for (int i = 0; i < options_.thread_count; ++i) {
    threads_.emplace_back([this] { Run(); });
  }
}

TaskExecutor::~TaskExecutor() { Stop(); }

absl::Status TaskExecutor::Post(std::function<void()> task) {
  {
    MutexLock lock(mutex_);
    if (stopping_) {
      return WithReason(
          absl::UnavailableError("the server is stopping; try another one or "
                                 "come back when it has started again"),
          "STOPPING");
    }
    if (queue_.size() >= options_.queued_count_max) {
      return WithReason(
          absl::ResourceExhaustedError(
              "the server has too many requests in hand; try again later"),
          "SERVER_BUSY");
    }
    queue_.push_back(std::move(task));
  }
  changed_.NotifyOne();
  return absl::OkStatus();
}

void TaskExecutor::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.NotifyAll();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void TaskExecutor::Run() {
  NameThread("executor");
  while (true) {
    std::function<void()> task;
    {
      MutexLock lock(mutex_);
      while (queue_.empty() && !stopping_) changed_.Wait(mutex_);
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    task();
  }
}

}  // namespace perfecthash
