#include "cli/session.h"

#include <cstdlib>
#include <utility>

#include "cli/connection.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

using Clock = std::chrono::system_clock;

std::optional<Clock::time_point> DeadlineOf(const GlobalOptions& options) {
  if (!options.timeout.has_value()) return std::nullopt;
  return Clock::now() +
         std::chrono::duration_cast<Clock::duration>(*options.timeout);
}

Color ColorOf(ColorMode mode) {
  if (mode == ColorMode::kAlways) return Color::kYes;
  if (mode == ColorMode::kNever) return Color::kNo;
  const char* no_color = std::getenv("NO_COLOR");
  const bool is_forbidden = no_color != nullptr && *no_color != '\0';
  return !is_forbidden && IsTerminal(StandardStream::kOutput) ? Color::kYes
                                                              : Color::kNo;
}

}  // namespace

Session::Session(GlobalOptions options, Interrupt& interrupt)
    : options_(std::move(options)),
      interrupt_(interrupt),
      deadline_(DeadlineOf(options_)),
      color_(ColorOf(options_.color)),
      console_(options_.verbosity),
      output_(options_.format),
      progress_(MakeProgressView(options_.progress, console_)) {}

Session::~Session() = default;

absl::Status Session::Connect() {
  if (connection_ != nullptr) return absl::OkStatus();
  ConnectOptions options = options_.connect;
  options.deadline = deadline_;
  ASSIGN_OR_RETURN(connection_,
                   Connection::Open(options, interrupt_, console_));
  return absl::OkStatus();
}

bool Session::IsPastDeadline() const {
  return deadline_.has_value() && Clock::now() >= *deadline_;
}

}  // namespace perfecthash
