#include "service/rpc/invalid_argument.h"

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/error_reason.h"
#include "service/rpc/rpc_status.h"

namespace perfecthash {

absl::Status InvalidField(const std::string& field,
                          const std::string& problem) {
  return WithMetadata(
      WithReason(absl::InvalidArgumentError(absl::StrCat(field, " ", problem)),
                 "INVALID_FIELD"),
      "field", field);
}

absl::Status CheckKnown(bool known, int value, const std::string& field) {
  if (known) return absl::OkStatus();
  return InvalidField(
      field, absl::StrCat("is ", value, ", which this server does not know"));
}

absl::Status CheckNotNegative(std::int64_t value, const std::string& field) {
  if (value >= 0) return absl::OkStatus();
  return InvalidField(
      field, absl::StrCat("is ", value, "; give 0 (the default) or more"));
}

absl::Status WithinField(const std::string& outer, const absl::Status& error) {
  const std::string inner = MetadataOf(error)["field"];
  if (inner.empty()) return error;
  const std::string field = absl::StrCat(outer, ".", inner);
  const std::string message(error.message());
  const bool begins_with_field = absl::StartsWith(message, inner);
  absl::Status renamed(error.code(), begins_with_field
                                         ? absl::StrCat(outer, ".", message)
                                         : message);
  error.ForEachPayload(
      [&renamed](absl::string_view url, const absl::Cord& payload) {
        renamed.SetPayload(url, payload);
      });
  return WithMetadata(renamed, "field", field);
}

}  // namespace perfecthash
