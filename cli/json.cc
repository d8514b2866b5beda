#include "cli/json.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver.h>
#include <google/protobuf/util/type_resolver_util.h>

#include <memory>

#include "engine/base/check.h"

namespace perfecthash {
namespace {

namespace pb = google::protobuf;

constexpr char kPrefix[] = "type.googleapis.com";
constexpr std::string_view kGoogleRpc = "type.googleapis.com/google.rpc.";

// Our messages of error.proto have google.rpc's shape and travel under its
// names; this finds them there.
class GoogleRpcResolver final : public pb::util::TypeResolver {
 public:
  explicit GoogleRpcResolver(const pb::DescriptorPool* pool)
      : pool_(pb::util::NewTypeResolverForDescriptorPool(kPrefix, pool)) {}

  pb::util::Status ResolveMessageType(const std::string& url,
                                      pb::Type* type) override {
    std::string ours = url;
    if (url.starts_with(kGoogleRpc)) {
      ours = std::string(kPrefix) + "/perfecthash.v1." +
             url.substr(kGoogleRpc.size());
    }
    if (!pool_->ResolveMessageType(ours, type).ok()) {
      // A type of a newer server: its fields are skipped.
      type->set_name(url.substr(url.rfind('/') + 1));
    }
    return pb::util::Status();
  }

  pb::util::Status ResolveEnumType(const std::string& url,
                                   pb::Enum* type) override {
    return pool_->ResolveEnumType(url, type);
  }

 private:
  const std::unique_ptr<pb::util::TypeResolver> pool_;
};

}  // namespace

std::string ToJson(const pb::Message& message, JsonLayout layout) {
  GoogleRpcResolver resolver(message.GetDescriptor()->file()->pool());
  pb::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  options.add_whitespace = layout == JsonLayout::kIndented;
  std::string json;
  const pb::util::Status status = pb::util::BinaryToJsonString(
      &resolver,
      std::string(kPrefix) + "/" + message.GetDescriptor()->full_name(),
      message.SerializeAsString(), &json, options);
  CHECK(status.ok());
  while (json.ends_with('\n')) json.pop_back();
  return json;
}

}  // namespace perfecthash
