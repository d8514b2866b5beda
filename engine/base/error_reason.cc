#include "engine/base/error_reason.h"

#include "absl/strings/cord.h"

namespace perfecthash {
namespace {
constexpr char kTypeUrl[] = "perfecthash/reason";
}  // namespace

absl::Status WithReason(absl::Status status, const std::string& reason) {
  status.SetPayload(kTypeUrl, absl::Cord(reason));
  return status;
}

std::string ReasonOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kTypeUrl);
  return payload.has_value() ? std::string(*payload) : std::string();
}

}  // namespace perfecthash
