#include "tests/support/simulated_file_system.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/io/temporary_path.h"

namespace perfecthash {
namespace {

OperationResult Failure(int os_error) { return {.os_error = os_error}; }
OperationResult Success(std::int64_t value = 0) { return {.value = value}; }

std::string Parent(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

OperationResult SimulatedFileSystem::Apply(const OperationRequest& request) {
  for (const char* path : {request.path, request.new_path}) {
    if (path != nullptr && denied_.contains(path)) return Failure(EACCES);
  }
  switch (request.kind) {
    case OperationKind::kOpenForRead:
      return Open(request.path);
    case OperationKind::kCreateExclusive:
      return Create(request.path);
    case OperationKind::kRename:
      return Rename(request.path, request.new_path);
    case OperationKind::kUnlink:
      return Unlink(request.path);
    case OperationKind::kMakeDirectory:
      return MakeDirectory(request.path);
    case OperationKind::kStoreFile:
      return Store(request);
    default:
      return ApplyToOpenFile(request);
  }
}

OperationResult SimulatedFileSystem::ApplyToOpenFile(
    const OperationRequest& request) {
  const auto found = open_files_.find(request.file);
  if (found == open_files_.end()) return Failure(EBADF);
  const OpenFile& file = found->second;
  if (request.kind == OperationKind::kClose) {
    open_files_.erase(found);
    return Success();
  }
  if (file.contents == nullptr) return Failure(EISDIR);
  if (request.kind == OperationKind::kSize) {
    return Success(static_cast<std::int64_t>(file.contents->size()));
  }
  if (file.writable != (request.kind == OperationKind::kWrite)) {
    return Failure(EBADF);
  }
  return file.writable ? Write(file, request) : Read(file, request);
}

OperationResult SimulatedFileSystem::Store(const OperationRequest& request) {
  const OperationResult created = Create(request.path);
  if (created.os_error != 0) return created;
  const auto file = open_files_.find(created.value);
  OperationResult result = Write(file->second, request);
  open_files_.erase(file);
  if (result.os_error == 0) {
    result = result.value == request.length
                 ? Rename(request.path, request.new_path)
                 : Failure(EIO);
  }
  if (result.os_error != 0) result.value = 1;
  return result;
}

bool SimulatedFileSystem::StoreHalf(const OperationRequest& request) {
  OperationRequest half = request;
  half.length /= 2;
  half.new_path = half.path;
  const OperationResult result = Store(half);
  return result.os_error == 0 || result.value == 1;
}

OperationResult SimulatedFileSystem::Open(const std::string& path) {
  if (directories_.contains(path)) {
    return Success(AddOpenFile({.contents = nullptr, .writable = false}));
  }
  const auto found = files_.find(path);
  if (found == files_.end()) return Failure(ENOENT);
  return Success(AddOpenFile({.contents = found->second, .writable = false}));
}

OperationResult SimulatedFileSystem::Create(const std::string& path) {
  if (files_.contains(path) || directories_.contains(path)) {
    return Failure(EEXIST);
  }
  if (const int error = CheckParent(path); error != 0) return Failure(error);
  auto contents = std::make_shared<std::string>();
  files_[path] = contents;
  return Success(AddOpenFile({.contents = contents, .writable = true}));
}

OperationResult SimulatedFileSystem::Read(const OpenFile& file,
                                          const OperationRequest& request) {
  const std::string& contents = *file.contents;
  if (request.offset >= contents.size()) return Success(0);
  const std::size_t count =
      std::min<std::size_t>(request.length, contents.size() - request.offset);
  std::memcpy(request.memory, contents.data() + request.offset, count);
  return Success(static_cast<std::int64_t>(count));
}

OperationResult SimulatedFileSystem::Write(const OpenFile& file,
                                           const OperationRequest& request) {
  std::string& contents = *file.contents;
  std::uint64_t end = request.offset + request.length;
  const std::uint64_t used = used_bytes();
  const std::uint64_t free =
      capacity_bytes_ > used ? capacity_bytes_ - used : 0;
  if (end > contents.size()) {
    end = std::min<std::uint64_t>(end, contents.size() + free);
  }
  if (end <= request.offset && request.length > 0) return Failure(ENOSPC);
  if (end > contents.size()) contents.resize(end);
  const std::size_t count = end - request.offset;
  if (count > 0) {
    std::memcpy(contents.data() + request.offset, request.memory, count);
  }
  return Success(static_cast<std::int64_t>(count));
}

OperationResult SimulatedFileSystem::Rename(const std::string& from,
                                            const std::string& to) {
  const auto found = files_.find(from);
  if (found == files_.end()) return Failure(ENOENT);
  if (directories_.contains(to)) return Failure(EISDIR);
  if (const int error = CheckParent(to); error != 0) return Failure(error);
  if (from == to) return Success();
  files_[to] = std::move(found->second);
  files_.erase(found);
  return Success();
}

OperationResult SimulatedFileSystem::Unlink(const std::string& path) {
  if (directories_.contains(path)) return Failure(EISDIR);
  return files_.erase(path) > 0 ? Success() : Failure(ENOENT);
}

OperationResult SimulatedFileSystem::MakeDirectory(const std::string& path) {
  if (files_.contains(path) || directories_.contains(path)) {
    return Failure(EEXIST);
  }
  if (const int error = CheckParent(path); error != 0) return Failure(error);
  directories_.insert(path);
  return Success();
}

void SimulatedFileSystem::AddFile(const std::string& path,
                                  std::string contents) {
  AddDirectory(Parent(path));
  files_[path] = std::make_shared<std::string>(std::move(contents));
}

void SimulatedFileSystem::AddDirectory(const std::string& path) {
  for (std::string directory = path; directories_.insert(directory).second;) {
    directory = Parent(directory);
  }
}

UniqueHandle::Native SimulatedFileSystem::OpenForRead(const std::string& path) {
  const OperationResult result = Open(path);
  return result.os_error == 0 ? static_cast<UniqueHandle::Native>(result.value)
                              : -1;
}

std::optional<std::string> SimulatedFileSystem::Contents(
    const std::string& path) const {
  const auto found = files_.find(path);
  if (found == files_.end()) return std::nullopt;
  return *found->second;
}

std::vector<std::string> SimulatedFileSystem::Paths() const {
  std::vector<std::string> paths;
  for (const auto& [path, contents] : files_) paths.push_back(path);
  return paths;
}

std::vector<std::string> SimulatedFileSystem::TemporaryPaths() const {
  std::vector<std::string> paths = Paths();
  std::erase_if(paths,
                [](const std::string& path) { return !IsTemporaryPath(path); });
  return paths;
}

std::uint64_t SimulatedFileSystem::used_bytes() const {
  std::uint64_t used = 0;
  for (const auto& [path, contents] : files_) used += contents->size();
  return used;
}

UniqueHandle::Native SimulatedFileSystem::AddOpenFile(OpenFile file) {
  open_files_.emplace(next_handle_, std::move(file));
  return next_handle_++;
}

int SimulatedFileSystem::CheckParent(const std::string& path) const {
  const std::string parent = Parent(path);
  if (denied_.contains(parent)) return EACCES;
  if (files_.contains(parent)) return ENOTDIR;
  return directories_.contains(parent) ? 0 : ENOENT;
}

}  // namespace perfecthash
