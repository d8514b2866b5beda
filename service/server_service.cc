#include "service/server_service.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/perfect_hash/coverage_predicate.h"
#include "engine/perfect_hash/hash_function.h"
#include "engine/perfect_hash/kernels/kernel.h"
#include "perfecthash/v1/server.grpc.pb.h"
#include "service/engine_message.h"
#include "service/job/job_policy.h"
#include "service/job/page_token.h"
#include "service/process/process_facts.h"
#include "service/rpc/proto_time.h"
#include "service/rpc/unary_call.h"
#include "service/watch/watch_stream.h"

namespace perfecthash {
namespace {

constexpr int kWorkDefault = 100;
constexpr int kWorkMax = 1'000;

absl::Status FillLimits(const ServiceParts& parts, v1::Limits* shown) {
  const ServiceLimits& limits = parts.limits;
  shown->set_max_message_bytes(limits.message_bytes_max);
  shown->set_max_inline_keys_bytes(limits.inline_keys_bytes_max);
  shown->set_max_key_set_bytes(limits.key_set_bytes_max);
  shown->set_max_items_per_job(limits.items_per_job_max);
  shown->set_max_queued_items(limits.queued_items_max);
  shown->set_max_jobs_kept(limits.finished_jobs_max);
  shown->set_max_items_kept(static_cast<int>(limits.finished_items_max));
  shown->set_max_watchers(limits.watchers_max);
  shown->set_max_digests_per_call(limits.digests_per_call_max);
  ASSIGN_OR_RETURN(
      const AppliedLimits most,
      ReadConcurrencyLimits(v1::ConcurrencyLimits(), parts.engine));
  *shown->mutable_max_concurrency() = most.shown;
  *shown->mutable_min_watch_interval() = ToDuration(kWatchIntervalMin);
  *shown->mutable_max_transfer_stall() = ToDuration(limits.transfer_stall_max);
  return absl::OkStatus();
}

absl::Status FillLoad(const ServiceParts& parts, v1::ServerLoad* load) {
  const JobStore::Counts counts = parts.jobs.CountUnfinished();
  load->set_jobs_queued(counts.jobs_queued);
  load->set_jobs_running(counts.jobs_running);
  load->set_items_queued(counts.items_queued);
  load->set_items_running(counts.items_running);
  load->set_watchers(parts.fanout.subscriber_count());
  ASSIGN_OR_RETURN(const ProcessFacts process, ReadProcessFacts());
  load->set_threads(process.thread_count);
  load->set_memory_resident_bytes(
      static_cast<std::int64_t>(process.memory_resident_bytes));
  return absl::OkStatus();
}

void ShowNode(const Engine& engine, int node_id, v1::Node* shown) {
  for (const NodeDescription& node : engine.ListNodes()) {
    if (node.node_id == node_id) FillNode(node, shown);
  }
}

bool TakesTables(const Engine& engine) {
  const std::vector<NodeDescription> nodes = engine.ListNodes();
  return std::any_of(nodes.begin(), nodes.end(),
                     [](const auto& node) { return node.schedulable; });
}

class ServerService : public v1::ServerService::CallbackService {
 public:
  ServerService(const ServiceParts& parts, ServerFacts facts)
      : parts_(parts), facts_(std::move(facts)) {}

  grpc::ServerUnaryReactor* GetServerInfo(
      grpc::CallbackServerContext* context,
      const v1::GetServerInfoRequest* request,
      v1::ServerInfo* response) override;
  grpc::ServerUnaryReactor* ListNodes(grpc::CallbackServerContext* context,
                                      const v1::ListNodesRequest* request,
                                      v1::ListNodesResponse* response) override;
  grpc::ServerUnaryReactor* DrainNode(grpc::CallbackServerContext* context,
                                      const v1::DrainNodeRequest* request,
                                      v1::Node* response) override;
  grpc::ServerUnaryReactor* ResumeNode(grpc::CallbackServerContext* context,
                                       const v1::ResumeNodeRequest* request,
                                       v1::Node* response) override;
  grpc::ServerUnaryReactor* GetEngineStats(
      grpc::CallbackServerContext* context,
      const v1::GetEngineStatsRequest* request,
      v1::EngineStats* response) override;
  grpc::ServerUnaryReactor* ListWork(grpc::CallbackServerContext* context,
                                     const v1::ListWorkRequest* request,
                                     v1::ListWorkResponse* response) override;

 private:
  absl::Status FillInfo(v1::ServerInfo* info) const;
  absl::Status Drain(int node_id) const;

  const ServiceParts& parts_;
  const ServerFacts facts_;
};

absl::Status ServerService::FillInfo(v1::ServerInfo* info) const {
  info->set_version(facts_.version);
  info->set_instance_id(facts_.instance_id);
  *info->mutable_start_time() = ToTimestamp(facts_.start_time);
  RETURN_IF_ERROR(FillLimits(parts_, info->mutable_limits()));
  for (const HashFunction& function : AllHashFunctions()) {
    v1::HashFunction* shown = info->add_hash_functions();
    shown->set_name(std::string(function.name));
    shown->set_seed_count(function.seed_count);
    shown->set_formula(std::string(function.formula));
  }
  for (const std::string_view measure : CoverageMeasureNames()) {
    info->add_coverage_measures(std::string(measure));
  }
  RETURN_IF_ERROR(FillLoad(parts_, info->mutable_load()));
  info->mutable_load()->set_threads_budget(facts_.threads_budget);
  info->set_io_backend(parts_.engine.io_backend());
  info->set_io_backend_reason(parts_.engine.io_backend_reason());
  info->set_kernel(std::string(BestKernel().name));
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* ServerService::GetServerInfo(
    grpc::CallbackServerContext* context,
    const v1::GetServerInfoRequest* request, v1::ServerInfo* response) {
  return AnswerLater(context, parts_.executor,
                     [this, response] { return FillInfo(response); });
}

grpc::ServerUnaryReactor* ServerService::ListNodes(
    grpc::CallbackServerContext* context, const v1::ListNodesRequest* request,
    v1::ListNodesResponse* response) {
  for (const NodeDescription& node : parts_.engine.ListNodes()) {
    FillNode(node, response->add_nodes());
  }
  return Answer(context, absl::OkStatus());
}

// Work that waits for a node says nothing by itself, so the log has to.
absl::Status ServerService::Drain(int node_id) const {
  const bool took_tables = TakesTables(parts_.engine);
  RETURN_IF_ERROR(parts_.engine.DrainNode(node_id));
  if (took_tables && !TakesTables(parts_.engine) && facts_.on_warning) {
    facts_.on_warning(
        "no node takes tables: every one is drained, and what is queued waits "
        "until one is resumed (perfecthash server resume-node)");
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* ServerService::DrainNode(
    grpc::CallbackServerContext* context, const v1::DrainNodeRequest* request,
    v1::Node* response) {
  const absl::Status status = Drain(request->node_id());
  if (status.ok()) ShowNode(parts_.engine, request->node_id(), response);
  return Answer(context, status);
}

grpc::ServerUnaryReactor* ServerService::ResumeNode(
    grpc::CallbackServerContext* context, const v1::ResumeNodeRequest* request,
    v1::Node* response) {
  // The engine may start tables before it returns.
  return AnswerLater(context, parts_.executor,
                     [&engine = parts_.engine, id = request->node_id(),
                      response]() -> absl::Status {
                       RETURN_IF_ERROR(engine.ResumeNode(id));
                       ShowNode(engine, id, response);
                       return absl::OkStatus();
                     });
}

grpc::ServerUnaryReactor* ServerService::GetEngineStats(
    grpc::CallbackServerContext* context,
    const v1::GetEngineStatsRequest* request, v1::EngineStats* response) {
  FillEngineStats(parts_.engine.GetStats(), response);
  return Answer(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* ServerService::ListWork(
    grpc::CallbackServerContext* context, const v1::ListWorkRequest* request,
    v1::ListWorkResponse* response) {
  const auto size = ReadPageSize(request->page_size(), kWorkDefault, kWorkMax);
  if (!size.ok()) return Answer(context, size.status());
  const std::vector<WorkItem> work = parts_.engine.ListWork();
  response->set_total(static_cast<std::int64_t>(work.size()));
  const auto jobs = parts_.jobs.ByEngineId();
  for (const WorkItem& item : work) {
    if (response->work_size() == *size) break;
    const auto job = jobs.find(item.job);
    // Absent for an instant: it is being accepted, or told its end.
    if (job == jobs.end()) continue;
    FillWork(item, *job->second, response->add_work());
  }
  return Answer(context, absl::OkStatus());
}

}  // namespace

std::unique_ptr<grpc::Service> MakeServerService(const ServiceParts& parts,
                                                 ServerFacts facts) {
  return std::make_unique<ServerService>(parts, std::move(facts));
}

}  // namespace perfecthash
