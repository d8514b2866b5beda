#include "cli/follow_flags.h"

#include <chrono>

#include "cli/duration.h"
#include "cli/flag_group.h"

namespace perfecthash {
namespace {

using std::chrono::nanoseconds;

void AddWatchFlags(FlagGroup& flags, v1::WatchOptions& options) {
  flags.Duration({"--min-interval",
                  "At most one update in this time, at least 20ms", "100ms"},
                 [&options](nanoseconds duration) {
                   *options.mutable_min_interval() = ToProto(duration);
                 });
  flags.Duration({"--heartbeat-interval",
                  "A sign of life when nothing changed for this long, at least "
                  "1s",
                  "10s"},
                 [&options](nanoseconds duration) {
                   *options.mutable_heartbeat_interval() = ToProto(duration);
                 });
  flags.Choose({"--item-events",
                "Which tables are told one by one as they finish", "failed"},
               {{"none", v1::ITEM_EVENTS_NONE},
                {"failed", v1::ITEM_EVENTS_FAILED},
                {"all", v1::ITEM_EVENTS_ALL}},
               [&options](int value) {
                 options.set_item_events(static_cast<v1::ItemEvents>(value));
               });
}

}  // namespace

void AddFollowFlags(CLI::App& app, FollowOptions& options) {
  FlagGroup flags(app, "Watching");
  AddWatchFlags(flags, options.watch);
  flags.Choose(
      {"--on-interrupt",
       "What the first Ctrl-C does to the job: it goes on without this "
       "program, "
       "or it is cancelled. The second ends this program at once",
       options.on_interrupt == OnInterrupt::kCancel ? "cancel" : "detach"},
      {{"detach", static_cast<int>(OnInterrupt::kDetach)},
       {"cancel", static_cast<int>(OnInterrupt::kCancel)}},
      [&options](int value) {
        options.on_interrupt = static_cast<OnInterrupt>(value);
      });
  flags.Duration(
      {"--reattach-timeout",
       "How long to try to attach again when the stream breaks", "60s"},
      [&options](nanoseconds duration) {
        options.reattach_timeout = duration;
      });
}

}  // namespace perfecthash
