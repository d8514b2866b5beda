#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/io/operation.h"

namespace perfecthash {

// Files in memory, behind the simulated completion ports: a read sees what was
// written, a rename is atomic. Paths are absolute, without "." and "..". Used
// by one thread.
class SimulatedFileSystem {
 public:
  static constexpr std::uint64_t kUnlimited =
      std::numeric_limits<std::uint64_t>::max();

  // A write past `capacity_bytes` in all files together fails with ENOSPC.
  explicit SimulatedFileSystem(std::uint64_t capacity_bytes = kUnlimited)
      : capacity_bytes_(capacity_bytes) {}

  // What the operating system would do, at once and without a fault.
  OperationResult Apply(const OperationRequest& request);
  // What kStoreFile leaves that fails in the middle: whether `path` was made.
  bool StoreHalf(const OperationRequest& request);

  // Preparation. The directories above are made.
  void AddFile(const std::string& path, std::string contents);
  void AddDirectory(const std::string& path);
  // From now on what names `path` fails with EACCES.
  void Deny(const std::string& path) { denied_.insert(path); }
  UniqueHandle::Native OpenForRead(const std::string& path);

  // Inspection.
  bool IsOpen(UniqueHandle::Native handle) const {
    return open_files_.contains(handle);
  }
  std::optional<std::string> Contents(const std::string& path) const;
  bool HasDirectory(const std::string& path) const {
    return directories_.contains(path);
  }
  std::vector<std::string> Paths() const;
  // Leftovers of whole-file writes that did not end.
  std::vector<std::string> TemporaryPaths() const;
  std::size_t open_file_count() const { return open_files_.size(); }
  std::uint64_t used_bytes() const;

 private:
  struct OpenFile {
    std::shared_ptr<std::string> contents;  // null for a directory
    bool writable;
  };

  OperationResult Open(const std::string& path);
  OperationResult Create(const std::string& path);
  OperationResult Read(const OpenFile& file, const OperationRequest& request);
  OperationResult Write(const OpenFile& file, const OperationRequest& request);
  OperationResult Rename(const std::string& from, const std::string& to);
  OperationResult Unlink(const std::string& path);
  OperationResult MakeDirectory(const std::string& path);
  OperationResult Store(const OperationRequest& request);
  OperationResult ApplyToOpenFile(const OperationRequest& request);

  UniqueHandle::Native AddOpenFile(OpenFile file);
  // 0, or the error of creating something called `path`.
  int CheckParent(const std::string& path) const;

  const std::uint64_t capacity_bytes_;
  std::map<std::string, std::shared_ptr<std::string>> files_;
  std::set<std::string> directories_ = {"/"};
  std::set<std::string> denied_;
  std::map<UniqueHandle::Native, OpenFile> open_files_;
  // Far from the descriptors of real files, and never used twice.
  UniqueHandle::Native next_handle_ = 1'000'000;
};

}  // namespace perfecthash
