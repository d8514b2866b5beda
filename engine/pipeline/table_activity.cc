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
    case TableStage::kGenerate:
      return "generate";
    case TableStage::kWrite:
      return "write";
  }
  return "unknown";
}

}  // namespace perfecthash
