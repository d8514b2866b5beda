#include "cli/command/command.h"
#include "cli/flag_group.h"
#include "cli/input_file.h"
#include "cli/key_report.h"
#include "cli/render_keys.h"
#include "engine/base/status_macros.h"
#include "engine/base/utf8.h"

namespace perfecthash {
namespace {

constexpr std::uint64_t kFileBytesMax = std::uint64_t{8} << 30;

struct Options {
  std::string path;
  int key_size_bytes = 4;
};

absl::StatusOr<ExitCode> Run(const Options& options, Session& session) {
  ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes,
                   ReadInput(options.path, kFileBytesMax));
  cli::KeyFileReport report = InspectKeys(bytes, options.key_size_bytes);
  report.set_path(Utf8OrEscaped(options.path));
  session.output().Print(report, options.path,
                         [&report] { return RenderKeyFile(report); });
  return report.usable() ? ExitCode::kOk : ExitCode::kFailed;
}

}  // namespace

void AddKeysInspectCommand(CLI::App& app, Command& chosen) {
  CLI::App& command = AddCommand(
      app, {"inspect",
            "What a key file holds; exit code 1 if no table can be made", ""});
  auto options = std::make_shared<Options>();
  FlagGroup flags(command, "Options");
  flags.Argument("FILE", "A local key file", Presence::kRequired,
                 options->path);
  flags.Choose(
      {"--key-size", "Bytes of a key", "4"}, {{"4", 4}, {"8", 8}},
      [options = options.get()](int size) { options->key_size_bytes = size; });
  RunWhenNamed(command, chosen, std::move(options), Run);
}

}  // namespace perfecthash
