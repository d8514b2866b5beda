#include "cli/command/bulk_run.h"
#include "cli/command/command.h"
#include "cli/flag_group.h"
#include "cli/follow_flags.h"
#include "cli/job_flags.h"
#include "cli/tables_report.h"

namespace perfecthash {
namespace {

absl::StatusOr<ExitCode> Run(const BulkOptions& options, Session& session) {
  return RunBulk(options, session);
}

void AddFileFlags(CLI::App& app, BulkOptions& options) {
  FlagGroup flags(app, "Keys and files");
  flags.Argument("DIRECTORY", "A local directory of key files",
                 Presence::kOptional, options.directory);
  flags.Switch({"-r,--recursive", "Look into sub-directories, too", ""},
               [&options] { options.descend = Descend::kYes; });
  flags.Choose({"--key-size", "Bytes of a key", "4"}, {{"4", 4}, {"8", 8}},
               [&options](int size) { options.key_size_bytes = size; });
  flags.Text({"-O,--output-directory",
              "Where the generated files go, each table in a directory of its "
              "own",
              "DIRECTORY's name with \"_tables\" appended, here"},
             [&options](const std::string& path) { options.output = path; });
  flags.Text(
      {"--server-directory",
       "Key files of the server's own, instead of DIRECTORY; the tables "
       "stay there, too",
       "none"},
      [&options](const std::string& path) { options.server_directory = path; });
  flags.Text(
      {"--server-output", "With --server-directory: where they stay",
       "that directory's name with \"_tables\" appended"},
      [&options](const std::string& path) { options.server_output = path; });
  AddReportFlag(flags, options.report);
  flags.Switch({"-d,--detach",
                "Print the job's name and do not wait; `perfecthash job watch` "
                "and `job download` go on from there",
                ""},
               [&options] { options.detach = true; });
}

}  // namespace

void AddBulkCommand(CLI::App& app, Command& chosen) {
  CLI::App& command = AddCommand(
      app,
      {"bulk", "Make a table of each key file in a directory",
       "Every *.keys file becomes a table: files that the server lacks are "
       "uploaded, the\ntables are built with progress on standard error, and "
       "the generated files come\ninto -O DIR. A file that cannot be used is "
       "named and left out (exit code 1). A\ndirectory without key files is "
       "exit code 2."});
  auto options = std::make_shared<BulkOptions>();
  AddFileFlags(command, *options);
  AddJobFlags(command, options->request);
  AddFollowFlags(command, options->follow);
  RunWhenNamed(command, chosen, std::move(options), Run);
}

}  // namespace perfecthash
