#include "engine/base/error_reason.h"

#include <string_view>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"

namespace perfecthash {
namespace {
constexpr char kTypeUrl[] = "perfecthash/reason";
constexpr std::string_view kMetadataPrefix = "perfecthash/metadata/";
}  // namespace

absl::Status WithReason(absl::Status status, const std::string& reason) {
  status.SetPayload(kTypeUrl, absl::Cord(reason));
  return status;
}

std::string ReasonOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kTypeUrl);
  return payload.has_value() ? std::string(*payload) : std::string();
}

absl::Status WithMetadata(absl::Status status, const std::string& key,
                          const std::string& value) {
  status.SetPayload(std::string(kMetadataPrefix) + key, absl::Cord(value));
  return status;
}

std::map<std::string, std::string> MetadataOf(const absl::Status& status) {
  std::map<std::string, std::string> metadata;
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& value) {
    const std::string_view name(url.data(), url.size());
    if (!name.starts_with(kMetadataPrefix)) return;
    metadata.emplace(name.substr(kMetadataPrefix.size()), std::string(value));
  });
  return metadata;
}

}  // namespace perfecthash
