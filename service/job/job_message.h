#pragma once

#include "engine/job/job_observer.h"
#include "perfecthash/v1/job.pb.h"
#include "perfecthash/v1/table.pb.h"

namespace perfecthash {

class JobRecord;

// Outcomes of items as messages of the API.

// `outcome` is the one of the job's item `index`, and a success.
void FillTableResult(const JobRecord& job, int index,
                     const JobObserver::ItemOutcome& outcome,
                     v1::TableResult* result);

void FillArtifact(const JobRecord& job, int index, const WrittenFile& file,
                  v1::Artifact* artifact);

void FillJobItem(const JobRecord& job, int index, v1::JobItem* item);

}  // namespace perfecthash
