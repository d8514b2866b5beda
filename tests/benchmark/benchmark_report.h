#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace perfecthash {

// Measurements, a row each, as text for people or as a JSON array of objects.
class BenchmarkReport {
 public:
  enum class Format { kText, kJson };

  class Row {
   public:
    Row& Text(std::string_view name, std::string_view value) {
      std::string quoted = "\"";
      for (const char c : value) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
      }
      fields_.push_back({std::string(name), quoted + '"'});
      return *this;
    }
    Row& Number(std::string_view name, double value) {
      char digits[40];
      std::snprintf(digits, sizeof(digits), value < 1e6 ? "%.4g" : "%.0f",
                    value);
      fields_.push_back({std::string(name), digits});
      return *this;
    }

   private:
    friend class BenchmarkReport;
    std::vector<std::pair<std::string, std::string>> fields_;
  };

  explicit BenchmarkReport(Format format) : format_(format) {}
  ~BenchmarkReport() {
    if (format_ == Format::kJson) std::printf("%s]\n", is_empty_ ? "[" : "\n");
  }

  // Prints it at once: the next one may take long.
  void Add(const Row& row) {
    if (format_ == Format::kJson) std::printf(is_empty_ ? "[\n{" : ",\n{");
    const char* between = "";
    for (const auto& [name, value] : row.fields_) {
      if (format_ == Format::kJson) {
        std::printf("%s\"%s\": %s", between, name.c_str(), value.c_str());
        between = ", ";
      } else {
        std::printf("%s%s %s", between, name.c_str(), value.c_str());
        between = "  ";
      }
    }
    std::printf(format_ == Format::kJson ? "}" : "\n");
    std::fflush(stdout);
    is_empty_ = false;
  }

 private:
  Format format_;
  bool is_empty_ = true;
};

}  // namespace perfecthash
