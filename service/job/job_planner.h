#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/engine.h"
#include "engine/job/job_spec.h"
#include "perfecthash/v1/job.pb.h"
#include "service/files/allowed_directories.h"
#include "service/files/key_set_store.h"
#include "service/job/artifact_store.h"
#include "service/job/job_record.h"
#include "service/job/key_source_reader.h"
#include "service/rpc/service_limits.h"

namespace perfecthash {

// A request that was checked: what the engine is to do, and what the job's
// record will show.
struct JobPlan {
  JobSpec spec;
  JobDescription description;
};

// Checks requests for jobs, completely, and turns them into plans.
// Immutable after construction. Reads the file system for paths of the
// server's own, so those requests belong on an executor.
class JobPlanner {
 public:
  // All of these outlive the planner.
  struct Parts {
    const Engine& engine;
    const KeySetStore& key_sets;
    const ArtifactStore& artifacts;
    const AllowedDirectories& directories;
  };
  struct Options {
    ServiceLimits limits;
    NodePolicy::Mode node_policy = NodePolicy::Mode::kRoundRobin;
  };

  JobPlanner(Parts parts, Options options)
      : parts_(parts),
        options_(std::move(options)),
        key_sources_(parts.key_sets, parts.directories,
                     options_.limits.inline_keys_bytes_max) {}

  // `peer` is gRPC's name of the caller.
  absl::StatusOr<JobPlan> Plan(const v1::CreateTableJobRequest& request,
                               const std::string& peer) const;
  absl::StatusOr<JobPlan> Plan(const v1::CreateBulkJobRequest& request,
                               const std::string& peer) const;

 private:
  class OptionsCache;
  struct Common;

  template <typename Request>
  absl::StatusOr<Common> PlanCommon(const Request& request,
                                    const std::string& peer) const;
  absl::Status AddItem(const std::string& item_id, const v1::KeySource& keys,
                       const v1::TableOptions& own_options,
                       Common* common) const;
  absl::Status AddDirectory(const v1::ServerDirectory& directory,
                            Common* common) const;
  absl::StatusOr<std::string> OutputRoot(const v1::ServerDirectory& directory,
                                         const std::string& keys_path) const;

  const Parts parts_;
  const Options options_;
  const KeySourceReader key_sources_;
};

}  // namespace perfecthash
