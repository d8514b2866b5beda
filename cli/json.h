#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace perfecthash {

enum class JsonLayout { kIndented, kOneLine };

// proto3 JSON of a message, every field written, zero or not, so that a script
// never meets a missing count. Without a line end. google.rpc's ErrorInfo and
// RetryInfo inside an Any are known; any other type inside an Any shows its
// "@type" alone.
std::string ToJson(const google::protobuf::Message& message, JsonLayout layout);

}  // namespace perfecthash
