#include <fmt/format.h>

#include <filesystem>
#include <string_view>
#include <system_error>

#include "cli/command/command.h"
#include "cli/exit_code.h"
#include "cli/file_target.h"
#include "cli/flag_group.h"
#include "cli/input_file.h"
#include "cli/key_report.h"
#include "cli/render_keys.h"
#include "engine/base/file_bytes.h"
#include "engine/base/status_macros.h"
#include "engine/base/utf8.h"

namespace perfecthash {
namespace {

constexpr std::uint64_t kTextBytesMax = std::uint64_t{4} << 30;

constexpr std::string_view kStandardInput = "-";  // as TEXT

struct Options {
  std::string text_path;
  std::string out_path;
  int key_size_bytes = 0;  // 0 = as the keys need
};

absl::StatusOr<std::vector<std::uint8_t>> ReadText(const Options& options) {
  return options.text_path == kStandardInput
             ? ReadStandardInput(kTextBytesMax)
             : ReadInput(options.text_path, kTextBytesMax);
}

// Where OUT goes, unless that would cost what is there.
absl::StatusOr<std::string> TargetOf(const Options& options) {
  if (options.out_path == kStandardInput) {
    return Failure(ExitCode::kUsage,
                   "OUT cannot be -: name a file to write, which appears whole "
                   "or not at all");
  }
  std::error_code error;  // one that is missing is no twin
  if (std::filesystem::equivalent(options.text_path, options.out_path, error)) {
    return Failure(ExitCode::kUsage, "OUT and TEXT are the same file, " +
                                         Utf8OrEscaped(options.out_path) +
                                         ": the text would be lost");
  }
  return ResolveFileTarget(options.out_path);
}

absl::StatusOr<ExitCode> Run(const Options& options, Session& session) {
  ASSIGN_OR_RETURN(const std::string target, TargetOf(options));
  ASSIGN_OR_RETURN(const std::vector<std::uint8_t> text, ReadText(options));
  const absl::StatusOr<std::vector<std::uint64_t>> keys =
      ParseKeyText({reinterpret_cast<const char*>(text.data()), text.size()});
  if (!keys.ok()) {
    return absl::InvalidArgumentError(options.text_path + ": " +
                                      MessageOf(keys.status()));
  }
  const int needed = KeySizeOf(*keys);
  const int size =
      options.key_size_bytes == 0 ? needed : options.key_size_bytes;
  if (size < needed) {
    return absl::InvalidArgumentError(fmt::format(
        "{}: {:#x} needs --key-size 8", options.text_path, keys->back()));
  }
  const std::vector<std::uint8_t> bytes = EncodeKeys(*keys, size);
  cli::KeyFileReport report = InspectKeys(bytes, size);
  report.set_path(Utf8OrEscaped(options.out_path));
  RETURN_IF_ERROR(WriteFileBytes(target, bytes));
  session.output().Print(report, options.out_path,
                         [&report] { return RenderKeyFile(report); });
  if (size == 8) {
    session.console().Note(
        "keys of 8 bytes: use --key-size 8 with create and bulk");
  }
  return report.usable() ? ExitCode::kOk : ExitCode::kFailed;
}

}  // namespace

void AddKeysImportCommand(CLI::App& app, Command& chosen) {
  CLI::App& command = AddCommand(
      app,
      {"import", "Make a key file of a text: one decimal or 0x number per line",
       "Blank lines and what follows a '#' are skipped. The keys are written "
       "sorted.\nA line that is no number, or a key that occurs twice, is an "
       "error that names\nits line; then nothing is written."});
  auto options = std::make_shared<Options>();
  FlagGroup flags(command, "Options");
  flags.Argument("TEXT", "The text; - is standard input", Presence::kRequired,
                 options->text_path);
  flags.Argument("OUT", "The key file to write", Presence::kRequired,
                 options->out_path);
  flags.Choose({"--key-size", "Bytes of a key", "8 if a key needs it, else 4"},
               {{"4", 4}, {"8", 8}}, [options = options.get()](int size) {
                 options->key_size_bytes = size;
               });
  RunWhenNamed(command, chosen, std::move(options), Run);
}

}  // namespace perfecthash
