#include "cli/global_flags.h"

#include <chrono>

#include "cli/duration.h"
#include "cli/flag_group.h"

namespace perfecthash {
namespace {

using std::chrono::nanoseconds;

template <typename Enum>
Choice ChoiceOf(const char* text, Enum value) {
  return {text, static_cast<int>(value)};
}

void AddConnectionFlags(CLI::App& app, GlobalOptions& options) {
  FlagGroup flags(app, "Connection");
  flags.Text({"-a,--address", "The server: HOST:PORT or unix:PATH",
              options.connect.address},
             [&options](const std::string& address) {
               options.connect.address = address;
             });
  flags.Duration({"--connect-timeout", "How long a connection may take", "5s"},
                 [&options](nanoseconds duration) {
                   options.connect.connect_timeout = duration;
                 });
  flags.OptionalDuration(
      {"--wait-for-server",
       "Wait for the server to come up, for a minute or as long as "
       "--wait-for-server=DURATION says",
       "do not wait"},
      "60s", [&options](nanoseconds duration) {
        options.connect.wait_for_server = duration;
      });
  flags.Duration(
      {"--timeout", "Give up after this long (exit code 4); a job goes on",
       "no limit"},
      [&options](nanoseconds duration) { options.timeout = duration; });
}

void AddOutputFlags(CLI::App& app, GlobalOptions& options) {
  FlagGroup flags(app, "Output");
  flags.Choose({"-o,--output",
                "Form of the data on standard output: text for people, JSON of "
                "the API's message, one JSON object per line, names, nothing",
                "table"},
               {ChoiceOf("table", OutputFormat::kTable),
                ChoiceOf("json", OutputFormat::kJson),
                ChoiceOf("jsonl", OutputFormat::kJsonl),
                ChoiceOf("name", OutputFormat::kName),
                ChoiceOf("none", OutputFormat::kNone)},
               [&options](int value) {
                 options.format = static_cast<OutputFormat>(value);
               });
  flags.Choose({"--progress",
                "Progress on standard error: a bar (tty), a line now and then "
                "(plain), one JSON object per line; auto: a bar on a terminal, "
                "else lines",
                "auto"},
               {ChoiceOf("auto", ProgressMode::kAuto),
                ChoiceOf("tty", ProgressMode::kTty),
                ChoiceOf("plain", ProgressMode::kPlain),
                ChoiceOf("json", ProgressMode::kJson),
                ChoiceOf("none", ProgressMode::kNone)},
               [&options](int value) {
                 options.progress = static_cast<ProgressMode>(value);
               });
  flags.Choose(
      {"--color", "Colours; auto: on a terminal, unless NO_COLOR is set",
       "auto"},
      {ChoiceOf("auto", ColorMode::kAuto),
       ChoiceOf("always", ColorMode::kAlways),
       ChoiceOf("never", ColorMode::kNever)},
      [&options](int value) { options.color = static_cast<ColorMode>(value); });
  flags.Switch({"-v,--verbose",
                "More on standard error: request id, connection, job name", ""},
               [&options] { options.verbosity = Verbosity::kVerbose; });
}

}  // namespace

void AddGlobalFlags(CLI::App& app, GlobalOptions& options) {
  AddConnectionFlags(app, options);
  AddOutputFlags(app, options);
}

}  // namespace perfecthash
