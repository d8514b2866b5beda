#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "cli/connect_options.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/terminal.h"

namespace perfecthash {

class Connection;

enum class ColorMode { kAuto, kAlways, kNever };

// The options that every command has.
struct GlobalOptions {
  ConnectOptions connect{.address = "127.0.0.1:7400",
                         .connect_timeout = std::chrono::seconds(5),
                         .wait_for_server = std::nullopt};
  std::optional<std::chrono::nanoseconds> timeout;
  OutputFormat format = OutputFormat::kTable;
  ProgressMode progress = ProgressMode::kAuto;
  ColorMode color = ColorMode::kAuto;
  Verbosity verbosity = Verbosity::kNormal;
};

// What one run of the program has at hand. Used by the main thread.
class Session {
 public:
  // `interrupt` outlives the session.
  Session(GlobalOptions options, Interrupt& interrupt);
  ~Session();

  const GlobalOptions& options() const { return options_; }
  Interrupt& interrupt() { return interrupt_; }
  Console& console() { return console_; }
  Output& output() { return output_; }
  Progress& progress() { return progress_; }

  // Whether the data on standard output is coloured.
  Color color() const { return color_; }

  // Connects at the first call. Nothing else may call a stub before.
  absl::Status Connect();
  Connection& connection() { return *connection_; }

  // When --timeout runs out.
  std::optional<std::chrono::system_clock::time_point> deadline() const {
    return deadline_;
  }
  bool IsPastDeadline() const;
  bool interrupted() const { return interrupt_.pending(); }

 private:
  const GlobalOptions options_;
  Interrupt& interrupt_;
  const std::optional<std::chrono::system_clock::time_point> deadline_;
  const Color color_;
  Console console_;
  Output output_;
  Progress progress_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace perfecthash
