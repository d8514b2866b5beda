#pragma once

#include "engine/engine.h"
#include "perfecthash/v1/server.pb.h"
#include "service/job/job_record.h"

namespace perfecthash {

// What the engine says of itself, as messages of the API.

void FillNode(const NodeDescription& node, v1::Node* shown);
void FillEngineStats(const EngineStats& stats, v1::EngineStats* shown);
void FillWork(const WorkItem& item, const JobRecord& job, v1::Work* shown);

}  // namespace perfecthash
