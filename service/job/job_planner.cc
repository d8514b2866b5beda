#include "service/job/job_planner.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "engine/base/utf8.h"
#include "service/job/job_policy.h"
#include "service/job/table_options.h"
#include "service/rpc/invalid_argument.h"
#include "service/rpc/rpc_status.h"
#include "service/rpc/uuid.h"

namespace perfecthash {
namespace {

constexpr std::size_t kItemIdBytesMax = 255;
constexpr std::size_t kDisplayNameBytesMax = 256;
constexpr std::size_t kLabelCountMax = 32;
constexpr std::size_t kLabelKeyBytesMax = 64;
constexpr std::size_t kLabelValueBytesMax = 256;

absl::Status CheckItemId(const std::string& id) {
  bool plain = !id.empty() && id.size() <= kItemIdBytesMax && IsUtf8(id);
  for (const char c : id) {
    plain = plain && static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
  }
  if (plain) return absl::OkStatus();
  return WithReason(
      absl::InvalidArgumentError(absl::StrCat(
          "item_id is \"", Utf8OrEscaped(id), "\"; give 1 to ", kItemIdBytesMax,
          " bytes of UTF-8 without control characters, such as the key file's "
          "name")),
      "ITEM_ID_INVALID");
}

absl::Status CheckLabels(
    const std::string& display_name,
    const google::protobuf::Map<std::string, std::string>& labels) {
  if (display_name.size() > kDisplayNameBytesMax) {
    return InvalidField(
        "display_name",
        absl::StrCat("has ", display_name.size(), " bytes; the limit is ",
                     kDisplayNameBytesMax));
  }
  if (labels.size() > kLabelCountMax) {
    return InvalidField(
        "labels",
        absl::StrCat("are ", labels.size(), "; the limit is ", kLabelCountMax));
  }
  for (const auto& [key, value] : labels) {
    if (key.empty() || key.size() > kLabelKeyBytesMax ||
        value.size() > kLabelValueBytesMax) {
      return InvalidField(
          "labels", absl::StrCat("contain \"", key, "\"; keys have 1 to ",
                                 kLabelKeyBytesMax, " bytes, values at most ",
                                 kLabelValueBytesMax));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckItemCount(int count, int limit) {
  if (count <= limit) return absl::OkStatus();
  return WithMetadata(
      WithReason(absl::InvalidArgumentError(absl::StrCat(
                     "items are ", count, "; one job takes at most ", limit,
                     ": send several jobs")),
                 "TOO_MANY_ITEMS"),
      "limit", absl::StrCat(limit));
}

// Generated code is named after the last part of "directory/file".
std::string TableName(const std::string& item_id) {
  const std::size_t slash = item_id.rfind('/');
  const std::string name =
      slash == std::string::npos ? item_id : item_id.substr(slash + 1);
  return name.empty() ? item_id : name;
}

// So that the engine need not ask. Whose size cannot be told goes last, and
// will say what is wrong then.
void FillSizeHints(JobSpec* spec) {
  if (spec->scheduling.item_order != ItemOrder::kShortestFirst) return;
  for (TableRequest& item : spec->items) {
    const auto* file = std::get_if<KeyFile>(&item.keys);
    if (file == nullptr) continue;
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(file->path, error);
    if (!error) item.size_hint_bytes = size;
  }
}

}  // namespace

// Items of a job mostly have the same options, which they then share.
class JobPlanner::OptionsCache {
 public:
  OptionsCache() = default;
  OptionsCache(const v1::TableOptions& job_options, const LaneRamp& lanes)
      : job_options_(job_options), lanes_(lanes) {}

  absl::StatusOr<std::shared_ptr<const TableOptions>> Get(
      const v1::TableOptions& own, int key_size_bytes,
      const std::string& field_of_keys) {
    const auto key = std::pair(own.SerializeAsString(), key_size_bytes);
    const auto found = options_.find(key);
    if (found != options_.end()) return found->second;
    ASSIGN_OR_RETURN(TableOptions read,
                     ReadTableOptions(MergeTableOptions(job_options_, own)));
    const auto key_width = ReadKeyWidth(key_size_bytes);
    if (!key_width.ok()) return WithinField(field_of_keys, key_width.status());
    read.key_width = *key_width;
    read.lanes = lanes_;
    auto shared = std::make_shared<const TableOptions>(std::move(read));
    options_.emplace(key, shared);
    return shared;
  }

 private:
  v1::TableOptions job_options_;
  LaneRamp lanes_;
  std::map<std::pair<std::string, int>, std::shared_ptr<const TableOptions>>
      options_;
};

// A plan in the making.
struct JobPlanner::Common {
  JobPlan plan;
  OptionsCache options;
  std::string artifact_directory;
  absl::flat_hash_set<std::string> item_ids;
};

template <typename Request>
absl::StatusOr<JobPlanner::Common> JobPlanner::PlanCommon(
    const Request& request, const std::string& peer) const {
  RETURN_IF_ERROR(CheckLabels(request.display_name(), request.labels()));
  RETURN_IF_ERROR(
      CheckKnown(v1::DisconnectPolicy_IsValid(request.disconnect_policy()),
                 request.disconnect_policy(), "disconnect_policy"));
  if (!request.request_id().empty() && !IsUuid(request.request_id())) {
    return InvalidField("request_id", "is no UUID; make one per request");
  }
  Common common;
  JobDescription& description = common.plan.description;
  JobSpec& spec = common.plan.spec;
  v1::Job& head = description.head;

  ASSIGN_OR_RETURN(
      const AppliedLimits applied,
      ReadConcurrencyLimits(request.concurrency_limits(), parts_.engine));
  spec.limits = applied.limits;
  ASSIGN_OR_RETURN(spec.nodes,
                   ReadNodePolicy(request.node_policy(), options_.node_policy,
                                  parts_.engine));
  ASSIGN_OR_RETURN(spec.scheduling,
                   ReadSchedulingPolicy(request.scheduling_policy(), peer));
  // Checked even when every item replaces them.
  RETURN_IF_ERROR(ReadTableOptions(request.table_options()).status());

  description.id = NewUuid();
  common.artifact_directory = parts_.artifacts.DirectoryOf(description.id);
  common.options = OptionsCache(request.table_options(), applied.lanes);
  if (!request.validate_only()) {
    head.set_name(absl::StrCat("jobs/", description.id));
  }
  head.set_display_name(request.display_name());
  *head.mutable_labels() = request.labels();
  *head.mutable_table_options() = request.table_options();
  *head.mutable_concurrency_limits() = applied.shown;
  *head.mutable_node_policy() = ShowNodePolicy(spec.nodes);
  *head.mutable_scheduling_policy() = ShowSchedulingPolicy(spec.scheduling);
  return common;
}

absl::StatusOr<JobPlan> JobPlanner::Plan(
    const v1::CreateTableJobRequest& request, const std::string& peer) const {
  ASSIGN_OR_RETURN(Common common, PlanCommon(request, peer));
  v1::Job& head = common.plan.description.head;
  head.set_kind(v1::Job::KIND_TABLE);
  head.set_disconnect_policy(request.disconnect_policy());
  if (head.disconnect_policy() == v1::DISCONNECT_POLICY_UNSPECIFIED) {
    head.set_disconnect_policy(request.has_wait()
                                   ? v1::DISCONNECT_POLICY_CANCEL
                                   : v1::DISCONNECT_POLICY_DETACH);
  }
  const std::string item_id =
      request.item_id().empty() ? "table" : request.item_id();
  RETURN_IF_ERROR(
      AddItem(item_id, request.keys(), v1::TableOptions(), &common));
  return std::move(common.plan);
}

absl::StatusOr<JobPlan> JobPlanner::Plan(
    const v1::CreateBulkJobRequest& request, const std::string& peer) const {
  if (request.items().empty() != request.has_directory()) {
    return WithReason(absl::InvalidArgumentError(
                          "items and directory: give exactly one of the two, "
                          "the tables to make or a directory of key files"),
                      "ITEMS_OR_DIRECTORY");
  }
  ASSIGN_OR_RETURN(Common common, PlanCommon(request, peer));
  v1::Job& head = common.plan.description.head;
  head.set_kind(v1::Job::KIND_BULK);
  head.set_disconnect_policy(request.disconnect_policy());
  if (head.disconnect_policy() == v1::DISCONNECT_POLICY_UNSPECIFIED) {
    head.set_disconnect_policy(v1::DISCONNECT_POLICY_DETACH);
  }
  if (request.has_directory()) {
    RETURN_IF_ERROR(AddDirectory(request.directory(), &common));
    FillSizeHints(&common.plan.spec);
    return std::move(common.plan);
  }
  RETURN_IF_ERROR(
      CheckItemCount(request.items_size(), options_.limits.items_per_job_max));
  for (int i = 0; i < request.items_size(); ++i) {
    const v1::BulkItem& item = request.items(i);
    const absl::Status added =
        AddItem(item.item_id(), item.keys(), item.table_options(), &common);
    if (!added.ok()) return WithinField(absl::StrCat("items[", i, "]"), added);
  }
  FillSizeHints(&common.plan.spec);
  return std::move(common.plan);
}

absl::Status JobPlanner::AddItem(const std::string& item_id,
                                 const v1::KeySource& keys,
                                 const v1::TableOptions& own_options,
                                 Common* common) const {
  RETURN_IF_ERROR(CheckItemId(item_id));
  if (!common->item_ids.insert(item_id).second) {
    return WithReason(
        absl::InvalidArgumentError(absl::StrCat(
            "item_id \"", item_id,
            "\" occurs twice; results are told apart by it, so make them "
            "differ")),
        "ITEM_ID_DUPLICATE");
  }
  JobDescription& description = common->plan.description;
  TableRequest table;
  table.name = TableName(item_id);
  ASSIGN_OR_RETURN(
      table.options,
      common->options.Get(own_options, keys.key_size_bytes(), "keys"));
  ASSIGN_OR_RETURN(table.keys, key_sources_.Read(keys));
  if (table.options->file_io != FileIo::kNone) {
    table.output_directory = absl::StrCat(common->artifact_directory, "/",
                                          description.item_ids.size());
    description.artifact_directory = common->artifact_directory;
  }
  description.item_ids.push_back(item_id);
  common->plan.spec.items.push_back(std::move(table));
  return absl::OkStatus();
}

absl::Status JobPlanner::AddDirectory(const v1::ServerDirectory& directory,
                                      Common* common) const {
  ASSIGN_OR_RETURN(const std::string keys_path,
                   parts_.directories.ResolveExisting(directory.keys_path(),
                                                      "directory.keys_path"));
  ASSIGN_OR_RETURN(
      const std::shared_ptr<const TableOptions> options,
      common->options.Get(v1::TableOptions(), directory.key_size_bytes(),
                          "directory"));
  std::string output_root;
  if (options->file_io != FileIo::kNone) {
    ASSIGN_OR_RETURN(output_root, OutputRoot(directory, keys_path));
  }
  ASSIGN_OR_RETURN(
      auto files,
      parts_.directories.ListKeyFiles(
          keys_path, directory.recursive(),
          static_cast<std::size_t>(options_.limits.items_per_job_max)));
  JobDescription& description = common->plan.description;
  description.head.set_output_path(output_root);
  for (auto& file : files) {
    RETURN_IF_ERROR(CheckItemId(file.item_id));
    TableRequest& table = common->plan.spec.items.emplace_back();
    table.name = TableName(file.item_id);
    table.keys = KeyFile{std::move(file.path)};
    table.options = options;
    if (!output_root.empty()) {
      table.output_directory = absl::StrCat(output_root, "/", file.item_id);
    }
    description.item_ids.push_back(std::move(file.item_id));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> JobPlanner::OutputRoot(
    const v1::ServerDirectory& directory, const std::string& keys_path) const {
  const std::string path = directory.output_path().empty()
                               ? keys_path + "_tables"
                               : directory.output_path();
  auto resolved =
      parts_.directories.ResolveOutput(path, "directory.output_path");
  if (resolved.ok() || !directory.output_path().empty()) return resolved;
  return absl::Status(
      WithReason(absl::PermissionDeniedError(absl::StrCat(
                     std::string(resolved.status().message()),
                     " (it is the default for keys in ", keys_path,
                     "; give output_path, or file_io NONE to write nothing)")),
                 ReasonOf(resolved.status())));
}

}  // namespace perfecthash
