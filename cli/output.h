#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace perfecthash {

enum class OutputFormat { kTable, kJson, kJsonl, kName, kNone };

// Standard output: a command's data, in the format that the user chose. Used
// by one thread.
class Output {
 public:
  explicit Output(OutputFormat format) : format_(format) {}

  OutputFormat format() const { return format_; }

  // The result of a command. `name` is what `-o name` prints; `table` makes the
  // text for people and is called only when it is wanted.
  void Print(const google::protobuf::Message& message, std::string_view name,
             const std::function<std::string()>& table);

  // The same for a list: `-o jsonl` and `-o name` print a line per element.
  template <typename Response, typename Elements, typename NameOf>
  void PrintList(const Response& response, const Elements& elements,
                 const NameOf& name_of,
                 const std::function<std::string()>& table) {
    if (format_ == OutputFormat::kTable || format_ == OutputFormat::kJson) {
      Print(response, "", table);
      return;
    }
    for (const auto& element : elements) Print(element, name_of(element), {});
  }

  // One line of a stream, for `-o jsonl`.
  void PrintLine(const google::protobuf::Message& message);

  // Flushes. A reader that went away (`| head`) is no failure: the rest is
  // dropped. Anything else, such as a full disk, is.
  absl::Status Close();

 private:
  void Write(std::string_view text);

  const OutputFormat format_;
  int os_error_ = 0;
};

}  // namespace perfecthash
