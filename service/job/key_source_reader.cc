#include "service/job/key_source_reader.h"

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "service/files/digest.h"
#include "service/rpc/invalid_argument.h"

namespace perfecthash {
namespace {
constexpr char kKeySetPrefix[] = "keySets/";
}  // namespace

absl::StatusOr<KeySource> KeySourceReader::Read(
    const v1::KeySource& keys) const {
  switch (keys.source_case()) {
    case v1::KeySource::kInlineKeys: {
      const std::string& bytes = keys.inline_keys();
      if (bytes.size() > static_cast<std::size_t>(inline_keys_bytes_max_)) {
        return InvalidField(
            "keys.inline_keys",
            absl::StrCat("has ", bytes.size(), " bytes; the limit is ",
                         inline_keys_bytes_max_,
                         ": upload the key set and name it in key_set"));
      }
      return KeyBytes{std::make_shared<const std::vector<std::uint8_t>>(
          bytes.begin(), bytes.end())};
    }
    case v1::KeySource::kKeySet:
      return FindKeySet(keys.key_set());
    case v1::KeySource::kServerPath: {
      ASSIGN_OR_RETURN(
          std::string path,
          directories_.ResolveExisting(keys.server_path(), "keys.server_path"));
      return KeyFile{std::move(path)};
    }
    case v1::KeySource::SOURCE_NOT_SET:
      break;
  }
  return InvalidField("keys",
                      "is empty; give inline_keys, key_set or server_path");
}

absl::StatusOr<KeySource> KeySourceReader::FindKeySet(
    const std::string& name) const {
  if (!absl::StartsWith(name, kKeySetPrefix)) {
    return InvalidField(
        "keys.key_set",
        absl::StrCat("is \"", name,
                     "\"; it looks like keySets/{SHA-256 in hexadecimal}"));
  }
  const auto digest =
      ParseHexDigest(std::string_view(name).substr(sizeof(kKeySetPrefix) - 1));
  if (!digest.has_value()) {
    return InvalidField("keys.key_set",
                        absl::StrCat("is \"", name,
                                     "\"; a SHA-256 has 64 hexadecimal "
                                     "digits"));
  }
  if (!key_sets_.Contains(*digest)) {
    return WithReason(
        absl::FailedPreconditionError(absl::StrCat(
            "the server does not have ", name,
            "; ask FindMissingKeySets, then send it by UploadKeySets")),
        "KEY_SET_MISSING");
  }
  return KeyFile{key_sets_.PathOf(*digest)};
}

}  // namespace perfecthash
