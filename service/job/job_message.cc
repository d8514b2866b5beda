#include "service/job/job_message.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "service/job/job_record.h"
#include "service/job/table_result_message.h"
#include "service/rpc/proto_time.h"
#include "service/rpc/rpc_status.h"

namespace perfecthash {
namespace {

std::string ItemName(const JobRecord& job, int index) {
  return absl::StrCat(job.name(), "/items/", index);
}

}  // namespace

void FillArtifact(const JobRecord& job, int index, const WrittenFile& file,
                  v1::Artifact* artifact) {
  if (!job.description().artifact_directory.empty()) {
    artifact->set_name(
        absl::StrCat(ItemName(job, index), "/artifacts/", file.filename));
  }
  artifact->set_filename(file.filename);
  artifact->set_size_bytes(static_cast<std::int64_t>(file.size_bytes));
  artifact->set_sha256(file.sha256.data(), file.sha256.size());
}

void FillTableResult(const JobRecord& job, int index,
                     const JobObserver::ItemOutcome& outcome,
                     v1::TableResult* result) {
  const TableResult& table = *outcome.result;
  FillTableResult(table, result);
  *result->mutable_queue_duration() = ToDuration(outcome.queue_time);
  for (const WrittenFile& file : table.files) {
    FillArtifact(job, index, file, result->add_artifacts());
  }
}

void FillJobItem(const JobRecord& job, int index, v1::JobItem* item) {
  item->set_name(ItemName(job, index));
  item->set_index(index);
  item->set_item_id(
      job.description().item_ids[static_cast<std::size_t>(index)]);
  item->set_state(job.ItemState(index));
  const JobObserver::ItemOutcome* outcome = job.Outcome(index);
  if (outcome == nullptr) return;
  item->set_state(job.ItemState(index));  // it may have finished in between
  item->set_node_id(outcome->node_id);
  if (outcome->result.ok()) {
    FillTableResult(job, index, *outcome, item->mutable_result());
  } else {
    *item->mutable_error() = ToStatusMessage(outcome->result.status());
  }
}

}  // namespace perfecthash
