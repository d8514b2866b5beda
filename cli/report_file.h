#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace perfecthash {

enum class ReportFormat { kCsv, kJson };

// By the extension, .csv or .json.
absl::StatusOr<ReportFormat> ReportFormatOf(const std::string& path);

// A file that appears whole or not at all: it is written beside its place,
// under a temporary name, and goes there when it is complete. The temporary
// file is there only while it is written, in one go: who ends the program
// before (a second Ctrl-C) leaves nothing. Used by one thread.
class ReportFile {
 public:
  // Tries whether the temporary file can be made, so that a place where nothing
  // can be written is known before the work and not after it. Fails also for a
  // path whose extension says nothing, or where no regular file is.
  static absl::StatusOr<std::unique_ptr<ReportFile>> Create(std::string path);

  // Removes the temporary file if it was not committed.
  ~ReportFile();

  const std::string& path() const { return path_; }
  ReportFormat format() const { return format_; }

  // An error is told by Commit().
  void Write(std::string_view text);
  absl::Status Commit();

 private:
  ReportFile(std::string path, ReportFormat format)
      : path_(std::move(path)), format_(format) {}

  absl::Status Open();
  absl::Status Close();

  const std::string path_;
  const ReportFormat format_;
  std::string target_;  // the path, or what it links to
  std::string temporary_;
  std::FILE* file_ = nullptr;  // from the first write on
  absl::Status opened_;
  int os_error_ = 0;  // of the first write that failed
};

}  // namespace perfecthash
