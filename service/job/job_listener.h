#pragma once

#include <memory>

namespace perfecthash {

class JobRecord;

// Told that a job's record has changed. Called by workers of the engine and by
// RPCs, without the record's lock; must be short and must not wait.
class JobListener {
 public:
  virtual ~JobListener() = default;
  virtual void OnJobChanged(const std::shared_ptr<JobRecord>& job) = 0;
  // Once, after the last change.
  virtual void OnJobFinished(const std::shared_ptr<JobRecord>& job) = 0;
};

}  // namespace perfecthash
