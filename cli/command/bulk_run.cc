#include "cli/command/bulk_run.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "cli/artifact_writer.h"
#include "cli/byte_size.h"
#include "cli/exit_code.h"
#include "cli/job_flags.h"
#include "cli/job_run.h"
#include "cli/made_directory.h"
#include "cli/rpc.h"
#include "cli/table_flags.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

namespace fs = std::filesystem;

class BulkRun {
 public:
  BulkRun(const BulkOptions& options, Session& session)
      : options_(options),
        session_(session),
        run_(session),
        request_(options.request) {}

  absl::Status PrepareReport();
  absl::StatusOr<ExitCode> RunLocal();
  absl::StatusOr<ExitCode> RunOnServer();

 private:
  absl::Status FindFiles();
  // Items out of the files that could be sent.
  absl::Status AddItems(const v1::Limits& limits);
  absl::Status CheckCount(const v1::Limits& limits) const;
  absl::Status CheckSize(const v1::Limits& limits) const;
  absl::StatusOr<ExitCode> RunJob(const std::string& directory);
  bool is_followed() const {
    return !options_.detach && !request_.validate_only();
  }
  std::string OutputDirectory() const;
  ArtifactWriter::DirectoryOf DirectoryOfItems(
      const std::string& directory) const;

  const BulkOptions& options_;
  Session& session_;
  JobRun run_;
  v1::CreateBulkJobRequest request_;
  KeyFileList list_;
};

absl::Status CheckUsage(const BulkOptions& options) {
  if (options.directory.empty() == options.server_directory.empty()) {
    return Failure(ExitCode::kUsage,
                   "name the keys: either DIRECTORY or --server-directory "
                   "PATH");
  }
  if (!options.server_directory.empty() && !options.output.empty()) {
    return Failure(ExitCode::kUsage,
                   "with --server-directory the tables stay on the server: "
                   "--server-output says where, not -O");
  }
  if (options.server_directory.empty() && !options.server_output.empty()) {
    return Failure(ExitCode::kUsage,
                   "--server-output needs --server-directory; -O says where "
                   "the tables of local keys go");
  }
  return absl::OkStatus();
}

absl::Status BulkRun::PrepareReport() {
  if (!is_followed()) {
    RETURN_IF_ERROR(CheckNeedsNoEnd(options_.report, options_.output));
  }
  return run_.PrepareReport(options_.report);
}

absl::Status BulkRun::FindFiles() {
  absl::StatusOr<KeyFileList> list =
      FindKeyFiles(options_.directory, options_.descend);
  if (!list.ok()) {
    return Failure(ExitCode::kUsage, MessageOf(list.status()));
  }
  if (list->files.empty()) {
    const char* hint = options_.descend == Descend::kNo
                           ? "; --recursive looks into sub-directories, too"
                           : "";
    return Failure(ExitCode::kUsage,
                   fmt::format("there is no *.keys file in {}{}",
                               options_.directory, hint));
  }
  list_ = *std::move(list);
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> BulkRun::RunLocal() {
  RETURN_IF_ERROR(FindFiles());
  const std::string directory = OutputDirectory();
  std::unique_ptr<MadeDirectory> made;
  if (!directory.empty()) {
    ASSIGN_OR_RETURN(made, MadeDirectory::Make(directory));
  }
  ASSIGN_OR_RETURN(const v1::Limits limits, run_.Connect());
  RETURN_IF_ERROR(CheckCount(limits));
  RETURN_IF_ERROR(run_.ReadAndUpload(limits, options_.key_size_bytes, list_));
  if (list_.files.empty()) {
    return Failure(ExitCode::kFailed,
                   fmt::format("none of the {} key files in {} can be used",
                               FormatCount(run_.report().local_failures_size()),
                               options_.directory));
  }
  RETURN_IF_ERROR(AddItems(limits));
  return RunJob(directory);
}

absl::StatusOr<ExitCode> BulkRun::RunOnServer() {
  v1::ServerDirectory& directory = *request_.mutable_directory();
  directory.set_keys_path(options_.server_directory);
  directory.set_output_path(options_.server_output);
  directory.set_recursive(options_.descend == Descend::kYes);
  directory.set_key_size_bytes(options_.key_size_bytes);
  RETURN_IF_ERROR(session_.Connect());
  return RunJob("");
}

absl::Status BulkRun::AddItems(const v1::Limits& limits) {
  for (const KeyFile& file : list_.files) {
    v1::BulkItem& item = *request_.add_items();
    item.set_item_id(file.item_id);
    item.mutable_keys()->set_key_set("keySets/" + ToHex(file.digest));
    item.mutable_keys()->set_key_size_bytes(options_.key_size_bytes);
  }
  return CheckSize(limits);
}

absl::Status BulkRun::CheckCount(const v1::Limits& limits) const {
  const auto count = static_cast<std::int64_t>(list_.files.size());
  const std::int64_t items_max = limits.max_items_per_job();
  if (items_max > 0 && count > items_max) {
    return Failure(
        ExitCode::kFailed,
        fmt::format("{} key files are more than the {} that the server takes "
                    "in one job; split the directory",
                    FormatCount(count), FormatCount(items_max)));
  }
  return absl::OkStatus();
}

absl::Status BulkRun::CheckSize(const v1::Limits& limits) const {
  const auto bytes = static_cast<std::int64_t>(request_.ByteSizeLong());
  if (limits.max_message_bytes() > 0 && bytes > limits.max_message_bytes()) {
    return Failure(
        ExitCode::kFailed,
        fmt::format("the request has {}, the server takes {}; split the "
                    "directory",
                    FormatByteSize(bytes),
                    FormatByteSize(limits.max_message_bytes())));
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> BulkRun::RunJob(const std::string& directory) {
  if (request_.request_id().empty()) request_.set_request_id(MakeRequestId());
  session_.console().Detail("request id " + request_.request_id());
  if (!is_followed()) {
    ASSIGN_OR_RETURN(
        const v1::Job job,
        Call(session_, session_.connection().jobs(),
             &v1::JobService::StubInterface::CreateBulkJob, request_));
    PrintDetached(session_, job);
    return run_.report().local_failures().empty() ? ExitCode::kOk
                                                  : ExitCode::kFailed;
  }
  session_.progress().Begin("build", "tables");
  const absl::StatusOr<v1::Job> job =
      RunAndFollow(session_, request_, options_.follow);
  session_.progress().End();
  RETURN_IF_ERROR(job.status());
  return run_.Conclude(*job, {.directory = directory,
                              .directory_of = DirectoryOfItems(directory)});
}

// Empty when nothing is to be downloaded.
std::string BulkRun::OutputDirectory() const {
  if (!is_followed() || !MakesArtifacts(request_.table_options())) return "";
  if (!options_.output.empty()) return options_.output;
  std::error_code error;
  const fs::path whole = fs::canonical(options_.directory, error);
  const std::string name = error ? "" : whole.filename().string();
  return (name.empty() ? "keys" : name) + "_tables";
}

ArtifactWriter::DirectoryOf BulkRun::DirectoryOfItems(
    const std::string& directory) const {
  return [this, directory](int index) -> absl::StatusOr<std::string> {
    const auto place = static_cast<std::size_t>(index);
    if (place >= list_.files.size()) {
      return absl::DataLossError(
          fmt::format("the server sent files of table {}, of {}", index,
                      list_.files.size()));
    }
    return directory + "/" + list_.files[place].item_id;
  };
}

}  // namespace

absl::StatusOr<ExitCode> RunBulk(const BulkOptions& options, Session& session) {
  RETURN_IF_ERROR(CheckUsage(options));
  BulkRun run(options, session);
  RETURN_IF_ERROR(run.PrepareReport());
  return options.directory.empty() ? run.RunOnServer() : run.RunLocal();
}

}  // namespace perfecthash
