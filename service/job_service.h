#pragma once

#include "perfecthash/v1/job.grpc.pb.h"
#include "service/service_parts.h"

namespace perfecthash {

// The calls of JobService. Thread-safe; the parts outlive it.
class JobService : public v1::JobService::CallbackService {
 public:
  explicit JobService(const ServiceParts& parts) : parts_(parts) {}

  grpc::ServerUnaryReactor* CreateTableJob(
      grpc::CallbackServerContext* context,
      const v1::CreateTableJobRequest* request, v1::Job* response) override;
  grpc::ServerUnaryReactor* CreateBulkJob(
      grpc::CallbackServerContext* context,
      const v1::CreateBulkJobRequest* request, v1::Job* response) override;
  grpc::ServerWriteReactor<v1::WatchJobResponse>* RunBulkJob(
      grpc::CallbackServerContext* context,
      const v1::RunBulkJobRequest* request) override;
  grpc::ServerUnaryReactor* GetJob(grpc::CallbackServerContext* context,
                                   const v1::GetJobRequest* request,
                                   v1::Job* response) override;
  grpc::ServerUnaryReactor* ListJobs(grpc::CallbackServerContext* context,
                                     const v1::ListJobsRequest* request,
                                     v1::ListJobsResponse* response) override;
  grpc::ServerUnaryReactor* ListJobItems(
      grpc::CallbackServerContext* context,
      const v1::ListJobItemsRequest* request,
      v1::ListJobItemsResponse* response) override;
  grpc::ServerUnaryReactor* CancelJob(grpc::CallbackServerContext* context,
                                      const v1::CancelJobRequest* request,
                                      v1::Job* response) override;
  grpc::ServerUnaryReactor* UpdateJob(grpc::CallbackServerContext* context,
                                      const v1::UpdateJobRequest* request,
                                      v1::Job* response) override;
  grpc::ServerUnaryReactor* WaitJob(grpc::CallbackServerContext* context,
                                    const v1::WaitJobRequest* request,
                                    v1::Job* response) override;
  grpc::ServerWriteReactor<v1::WatchJobResponse>* WatchJob(
      grpc::CallbackServerContext* context,
      const v1::WatchJobRequest* request) override;

 private:
  const ServiceParts& parts_;
};

}  // namespace perfecthash
