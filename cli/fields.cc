#include "cli/fields.h"

#include <fmt/chrono.h>

#include <ctime>

#include "cli/duration.h"

namespace perfecthash {
namespace {

std::string WithoutPrefix(const std::string& name) {
  constexpr std::string_view kPrefix = "STATE_";
  return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name;
}

}  // namespace

void Fields::Add(const std::string& name, const std::string& value) {
  if (!value.empty()) table_.AddRow({name, value});
}

std::string StateName(v1::Job::State state) {
  const std::string name = v1::Job::State_Name(state);
  // A newer server may have states that this program does not know.
  return name.empty() ? std::to_string(state) : WithoutPrefix(name);
}

std::string StateName(v1::JobItem::State state) {
  const std::string name = v1::JobItem::State_Name(state);
  return name.empty() ? std::to_string(state) : WithoutPrefix(name);
}

std::string FormatTime(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0) return "";
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC",
                     fmt::gmtime(static_cast<std::time_t>(time.seconds())));
}

std::string FormatDuration(const google::protobuf::Duration& duration) {
  const std::chrono::nanoseconds value = FromProto(duration);
  return value.count() == 0 ? "" : FormatDuration(value);
}

}  // namespace perfecthash
