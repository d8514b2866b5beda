#include "engine/job/job_reporter.h"

#include "engine/base/check.h"

namespace perfecthash {

void JobReporter::Add(News news) {
  MutexLock lock(mutex_);
  news_.push_back(std::move(news));
}

void JobReporter::Tell() {
  std::vector<News> batch;
  for (bool first = true;; first = false) {
    {
      MutexLock lock(mutex_);
      if (first && telling_) return;
      batch.clear();
      batch.swap(news_);
      telling_ = !batch.empty();
      if (!telling_) return;
    }
    for (News& news : batch) TellOne(news);
  }
}

void JobReporter::TellOne(News& news) {
  CHECK(observer_ != nullptr);
  if (auto* started = std::get_if<Started>(&news)) {
    observer_->OnItemStarted(started->index, started->node_id);
  } else if (auto* finished = std::get_if<Finished>(&news)) {
    observer_->OnItemFinished(finished->index, std::move(finished->outcome));
  } else {
    observer_->OnJobFinished(std::get<JobEnd>(news));
    observer_.reset();
    on_ended_();
  }
}

}  // namespace perfecthash
