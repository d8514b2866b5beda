#include "engine/pipeline/table_activity.h"

namespace perfecthash {

const char* TableStageName(TableStage stage) {
  switch (stage) {
    case TableStage::kQueued:
      return "queued";
    case TableStage::kRead:
      return "read";
    case TableStage::kMemory:
      return "memory";
    case TableStage::kSolve:
      return "solve";
    case TableStage::kBuild:
      return "build";
    case TableStage::kGenerate:
      return "generate";
    case TableStage::kWrite:
      return "write";
  }
  return "unknown";
}

void TableActivity::Enter(TableStage stage, TimePoint now) {
  auto& time = times_[static_cast<std::size_t>(this->stage())];
  time.store(time.load(std::memory_order_relaxed) + (now - stage_started()),
             std::memory_order_relaxed);
  stage_.store(stage, std::memory_order_relaxed);
  stage_started_.store(now, std::memory_order_relaxed);
  NoteProgress(now);
}

}  // namespace perfecthash
