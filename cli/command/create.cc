#include <fmt/format.h>

#include <memory>
#include <utility>

#include "cli/command/command.h"
#include "cli/duration.h"
#include "cli/flag_group.h"
#include "cli/follow.h"
#include "cli/follow_flags.h"
#include "cli/job_flags.h"
#include "cli/job_run.h"
#include "cli/made_directory.h"
#include "cli/rpc.h"
#include "cli/table_flags.h"
#include "cli/tables_report.h"
#include "engine/base/status_macros.h"
#include "engine/base/utf8.h"

namespace perfecthash {
namespace {

struct Options {
  std::string path;
  std::string server_path;
  std::string output;
  int key_size_bytes = 4;
  std::string report;  // a file; empty: none
  bool detach = false;
  std::chrono::nanoseconds wait = std::chrono::milliseconds(500);
  v1::CreateTableJobRequest request;
  FollowOptions follow{.watch = {},
                       .on_interrupt = OnInterrupt::kCancel,
                       .on_response = nullptr};
};

absl::Status CheckUsage(const Options& options) {
  if (options.path.empty() != options.server_path.empty()) {
    return absl::OkStatus();
  }
  return Failure(ExitCode::kUsage,
                 "name the keys: either FILE or --server-path PATH");
}

// Sends the keys inline when they are few, else as an upload.
absl::Status SetKeys(const Options& options, const v1::Limits& limits,
                     JobRun& run, Session& session, v1::KeySource& keys) {
  keys.set_key_size_bytes(options.key_size_bytes);
  if (!options.server_path.empty()) {
    keys.set_server_path(options.server_path);
    return absl::OkStatus();
  }
  const KeyFileLimits file_limits = {.key_size_bytes = options.key_size_bytes,
                                     .size_bytes_max = KeyFileBytesMax(limits)};
  auto bytes = ReadKeyFile(options.path, file_limits);
  if (!bytes.ok()) {
    return absl::InvalidArgumentError(options.path + ": " +
                                      MessageOf(bytes.status()));
  }
  if (static_cast<std::int64_t>(bytes->size()) <=
      limits.max_inline_keys_bytes()) {
    keys.set_inline_keys(bytes->data(), bytes->size());
    return absl::OkStatus();
  }
  KeyFileList list;
  list.files.push_back({.path = options.path, .item_id = ""});
  list.files.back().content = *std::move(bytes);
  RETURN_IF_ERROR(run.ReadAndUpload(limits, options.key_size_bytes, list));
  if (list.files.empty()) {
    return absl::InvalidArgumentError("the keys could not be sent");
  }
  keys.set_key_set("keySets/" + ToHex(list.files.front().digest));
  return absl::OkStatus();
}

grpc::Status CallCreate(Session& session,
                        const v1::CreateTableJobRequest& request,
                        grpc::ClientContext& context, v1::Job& job) {
  LimitCall(session, context, FromProto(request.wait()) + kCallTimeout);
  return session.connection().jobs().CreateTableJob(&context, request, &job);
}

// An interrupt cuts the wait for the answer, but not the short call that then
// asks for the job's name: without it nobody could name the job.
absl::StatusOr<v1::Job> CreateTableJob(
    Session& session, const v1::CreateTableJobRequest& request) {
  v1::Job job;
  {
    grpc::ClientContext context;
    const Interrupt::Scope scope(session.interrupt(), [&] {
      if (request.has_wait()) context.TryCancel();
    });
    const grpc::Status status = CallCreate(session, request, context, job);
    if (status.ok()) return job;
    const bool was_cut = session.interrupted() && request.has_wait() &&
                         status.error_code() == grpc::CANCELLED;
    if (!was_cut) return RpcFailure(session, status);
  }
  v1::CreateTableJobRequest again = request;  // its request_id finds the job
  again.clear_wait();
  grpc::ClientContext context;
  const grpc::Status status = CallCreate(session, again, context, job);
  if (!status.ok()) return RpcFailure(session, status);
  return job;
}

std::string OutputDirectory(const Options& options) {
  const bool makes_files = MakesArtifacts(options.request.table_options());
  if (!makes_files) return "";
  if (!options.output.empty()) return options.output;
  return options.request.item_id() + "_table";
}

absl::StatusOr<ExitCode> Run(const Options& given, Session& session) {
  RETURN_IF_ERROR(CheckUsage(given));
  Options options = given;
  v1::CreateTableJobRequest& request = options.request;
  if (request.item_id().empty()) {
    request.set_item_id(
        StemOf(options.path.empty() ? options.server_path : options.path));
  }
  if (!IsUtf8(request.item_id())) {
    return Failure(ExitCode::kUsage,
                   "\"" + Utf8OrEscaped(request.item_id()) +
                       "\" is no UTF-8, as the table's name must be; give "
                       "another one with --item-id");
  }
  if (request.request_id().empty()) request.set_request_id(MakeRequestId());
  session.console().Detail("request id " + request.request_id());
  const bool is_followed = !options.detach && !request.validate_only();
  if (!is_followed) {
    RETURN_IF_ERROR(CheckNeedsNoEnd(options.report, options.output));
  }
  JobRun run(session);
  RETURN_IF_ERROR(run.PrepareReport(options.report));
  ASSIGN_OR_RETURN(const v1::Limits limits, run.Connect());
  RETURN_IF_ERROR(
      SetKeys(options, limits, run, session, *request.mutable_keys()));
  const std::string directory = OutputDirectory(options);
  std::unique_ptr<MadeDirectory> made;
  if (is_followed) {
    *request.mutable_wait() = ToProto(options.wait);
    // When an interrupt cuts the wait the job shall live on.
    if (options.follow.on_interrupt == OnInterrupt::kDetach &&
        request.disconnect_policy() == v1::DISCONNECT_POLICY_UNSPECIFIED) {
      request.set_disconnect_policy(v1::DISCONNECT_POLICY_DETACH);
    }
    if (!directory.empty()) {
      ASSIGN_OR_RETURN(made, MadeDirectory::Make(directory));
    }
  }
  session.progress().Begin("build", "tables");
  absl::StatusOr<v1::Job> job = CreateTableJob(session, request);
  if (job.ok()) ShowProgress(session, job->progress());
  const bool is_unfinished = job.ok() && !IsDone(job->state());
  if (is_followed && is_unfinished) {
    job = Follow(session, job->name(), 0, options.follow);
  }
  session.progress().End();
  // Whatever -o says; a job that was followed has told it on the way.
  if (job.ok() && job->has_error() && !is_unfinished) {
    session.console().Note(fmt::format("failed: {}: {}", request.item_id(),
                                       DescribeError(job->error())));
  }
  RETURN_IF_ERROR(job.status());
  if (!is_followed) {
    PrintDetached(session, *job);
    return ExitCode::kOk;
  }
  return run.Conclude(*job,
                      {.directory = directory,
                       .directory_of = [directory](int) { return directory; }});
}

}  // namespace

void AddCreateCommand(CLI::App& app, Command& chosen) {
  CLI::App& command = AddCommand(
      app,
      {"create", "Make one table of a key file",
       "The generated files come into -O DIR. A small key file travels in the "
       "request,\na larger one is uploaded first."});
  auto shared = std::make_shared<Options>();
  Options* options = shared.get();
  FlagGroup flags(command, "Keys and files");
  flags.Argument("FILE", "A local key file: little-endian integers, no header",
                 Presence::kOptional, options->path);
  flags.Text(
      {"--server-path", "A key file of the server's own, instead of FILE",
       "none"},
      [options](const std::string& path) { options->server_path = path; });
  flags.Choose({"--key-size", "Bytes of a key", "4"}, {{"4", 4}, {"8", 8}},
               [options](int size) { options->key_size_bytes = size; });
  flags.Text({"-O,--output-directory", "Where the generated files go",
              "the table's name with \"_table\" appended, here"},
             [options](const std::string& path) { options->output = path; });
  flags.Text(
      {"--item-id", "The table's name in generated code",
       "the file's name without .keys"},
      [options](const std::string& id) { options->request.set_item_id(id); });
  AddReportFlag(flags, options->report);
  flags.Switch({"-d,--detach", "Print the job's name and do not wait", ""},
               [options] { options->detach = true; });
  flags.Duration({"--wait",
                  "How long the server may hold the answer back, so that a "
                  "quick table costs one round trip",
                  "500ms"},
                 [options](std::chrono::nanoseconds duration) {
                   options->wait = duration;
                 });
  AddJobFlags(command, options->request);
  AddFollowFlags(command, options->follow);
  RunWhenNamed(command, chosen, std::move(shared), Run);
}

}  // namespace perfecthash
