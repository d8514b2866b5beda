#include "cli/output.h"

#include <cerrno>
#include <cstdio>

#include "cli/json.h"
#include "engine/base/os_error.h"

namespace perfecthash {

void Output::Print(const google::protobuf::Message& message,
                   std::string_view name,
                   const std::function<std::string()>& table) {
  switch (format_) {
    case OutputFormat::kTable:
      Write(table());
      break;
    case OutputFormat::kJson:
      Write(ToJson(message, JsonLayout::kIndented) + "\n");
      break;
    case OutputFormat::kJsonl:
      PrintLine(message);
      break;
    case OutputFormat::kName:
      if (!name.empty()) Write(std::string(name) + "\n");
      break;
    case OutputFormat::kNone:
      break;
  }
}

void Output::PrintLine(const google::protobuf::Message& message) {
  Write(ToJson(message, JsonLayout::kOneLine) + "\n");
  // A reader follows line by line.
  if (os_error_ == 0 && std::fflush(stdout) != 0) os_error_ = errno;
}

void Output::Write(std::string_view text) {
  if (os_error_ != 0) return;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) {
    os_error_ = errno;
  }
}

absl::Status Output::Close() {
  if (os_error_ == 0 && std::fflush(stdout) != 0) os_error_ = errno;
  if (os_error_ == 0 || os_error_ == EPIPE) return absl::OkStatus();
  return OsErrorToStatus(os_error_, "write to standard output");
}

}  // namespace perfecthash
