#include "service/job_listing.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "service/job/job_filter.h"
#include "service/job/job_message.h"
#include "service/job/job_record.h"
#include "service/job/page_token.h"
#include "service/transfer/download_session.h"

namespace perfecthash {
namespace {

constexpr int kJobsDefault = 100;
constexpr int kJobsMax = 1'000;
constexpr int kItemsDefault = 1'000;
constexpr int kItemsMax = 10'000;
// Half of what clients take by default.
constexpr std::size_t kPageBytesMax = 2 << 20;

// Positions are numbers: where the next page begins.
absl::StatusOr<int> ReadPosition(const std::string& list,
                                 const std::string& token) {
  ASSIGN_OR_RETURN(const std::string position, ReadPageToken(list, token));
  if (position.empty()) return 0;
  int number = -1;
  std::from_chars(position.data(), position.data() + position.size(), number);
  // Nobody but us makes such tokens, but anybody could make one of his own.
  return number >= 0 ? absl::StatusOr<int>(number) : BadPageToken();
}

bool HasFiles(const JobRecord& job, int index) {
  const JobObserver::ItemOutcome* outcome = job.Outcome(index);
  return outcome != nullptr && outcome->result.ok();
}

}  // namespace

absl::Status ListJobs(const JobStore& jobs, const v1::ListJobsRequest& request,
                      v1::ListJobsResponse* response) {
  ASSIGN_OR_RETURN(const int size,
                   ReadPageSize(request.page_size(), kJobsDefault, kJobsMax));
  ASSIGN_OR_RETURN(const JobFilter filter, JobFilter::Parse(request.filter()));
  const std::string list = absl::StrCat("jobs\n", request.filter());
  ASSIGN_OR_RETURN(const std::string before,
                   ReadPageToken(list, request.page_token()));
  const auto page =
      jobs.List(filter, before, static_cast<std::size_t>(size) + 1);
  std::size_t bytes = 0;
  for (const std::shared_ptr<JobRecord>& job : page) {
    if (response->jobs_size() == size || bytes > kPageBytesMax) {
      response->set_next_page_token(
          MakePageToken(list, response->jobs().rbegin()->name()));
      break;
    }
    v1::Job* shown = response->add_jobs();
    job->FillJob(shown);
    shown->clear_table_result();
    bytes += shown->ByteSizeLong();
  }
  return absl::OkStatus();
}

absl::Status ListJobItems(const JobStore& jobs,
                          const v1::ListJobItemsRequest& request,
                          v1::ListJobItemsResponse* response) {
  ASSIGN_OR_RETURN(const int size,
                   ReadPageSize(request.page_size(), kItemsDefault, kItemsMax));
  ASSIGN_OR_RETURN(const std::optional<v1::JobItem::State> state,
                   ParseItemFilter(request.filter()));
  ASSIGN_OR_RETURN(const std::shared_ptr<JobRecord> job,
                   jobs.Find(request.parent(), "parent"));
  const std::string list =
      absl::StrCat("items\n", job->name(), "\n", request.filter());
  ASSIGN_OR_RETURN(int index, ReadPosition(list, request.page_token()));
  const int count = static_cast<int>(job->item_count());
  std::size_t bytes = 0;
  for (; index < count; ++index) {
    if (state.has_value() && job->ItemState(index) != *state) continue;
    if (response->job_items_size() == size || bytes > kPageBytesMax) {
      response->set_next_page_token(MakePageToken(list, absl::StrCat(index)));
      break;
    }
    v1::JobItem* item = response->add_job_items();
    FillJobItem(*job, index, item);
    bytes += item->ByteSizeLong();
  }
  return absl::OkStatus();
}

absl::Status ListArtifacts(const JobStore& jobs,
                           const v1::ListArtifactsRequest& request,
                           v1::ListArtifactsResponse* response) {
  ASSIGN_OR_RETURN(const int size,
                   ReadPageSize(request.page_size(), kItemsDefault, kItemsMax));
  ASSIGN_OR_RETURN(const ArtifactSelection selection,
                   SelectArtifacts(jobs, request.parent()));
  const std::string list = absl::StrCat("artifacts\n", request.parent());
  ASSIGN_OR_RETURN(int index, ReadPosition(list, request.page_token()));
  index = std::max(index, selection.first_item);
  std::size_t bytes = 0;
  // Pages end between items, so that a position is an item's index.
  for (; index < selection.end_item; ++index) {
    if (!HasFiles(*selection.job, index)) continue;
    const auto& files = selection.job->Outcome(index)->result->files;
    const bool fits =
        response->artifacts_size() + static_cast<int>(files.size()) <= size &&
        bytes <= kPageBytesMax;
    if (!fits && response->artifacts_size() > 0) {
      response->set_next_page_token(MakePageToken(list, absl::StrCat(index)));
      break;
    }
    for (const WrittenFile& file : files) {
      v1::Artifact* artifact = response->add_artifacts();
      FillArtifact(*selection.job, index, file, artifact);
      bytes += artifact->ByteSizeLong();
    }
  }
  return absl::OkStatus();
}

}  // namespace perfecthash
