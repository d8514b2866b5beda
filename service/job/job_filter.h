#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/map.h"
#include "perfecthash/v1/job.pb.h"

namespace perfecthash {

// Which jobs a list shows: terms joined by " AND ", each one of
// state=STATE_X, kind=KIND_X, labels.KEY=VALUE. A value.
class JobFilter {
 public:
  static absl::StatusOr<JobFilter> Parse(const std::string& text);

  bool Matches(
      v1::Job::State state, v1::Job::Kind kind,
      const google::protobuf::Map<std::string, std::string>& labels) const;

 private:
  std::optional<v1::Job::State> state_;
  std::optional<v1::Job::Kind> kind_;
  std::map<std::string, std::string> labels_;
};

// Which items a list shows: "" (all) or state=STATE_X.
absl::StatusOr<std::optional<v1::JobItem::State>> ParseItemFilter(
    const std::string& text);

}  // namespace perfecthash
