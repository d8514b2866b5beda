#include "service/files/key_set_store.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/base/error_reason.h"
#include "engine/base/file_bytes.h"
#include "engine/base/os_error.h"
#include "engine/base/status_macros.h"
#include "service/files/digest.h"
#include "service/rpc/rpc_status.h"
#include "service/rpc/uuid.h"

namespace perfecthash {
namespace {

namespace fs = std::filesystem;

constexpr char kSuffix[] = ".keys";
constexpr std::size_t kHexDigits = 64;

absl::Status ToStatus(const std::error_code& error, const std::string& doing) {
  return error ? OsErrorToStatus(error.value(), doing) : absl::OkStatus();
}

absl::Status DigestMismatch(const Sha256Digest& announced,
                            const Sha256Digest& actual) {
  return WithReason(absl::InvalidArgumentError(absl::StrCat(
                        "the bytes received have the SHA-256 ", ToHex(actual),
                        ", not ", ToHex(announced),
                        " as announced; the file changed while it was "
                        "read, or was damaged on its way: send it again")),
                    "DIGEST_MISMATCH");
}

}  // namespace

absl::StatusOr<std::unique_ptr<KeySetStore>> KeySetStore::Open(
    Options options) {
  std::unique_ptr<KeySetStore> store(new KeySetStore(std::move(options)));
  RETURN_IF_ERROR(store->Load());
  return store;
}

std::string KeySetStore::DirectoryOf(std::uint8_t first_byte) const {
  return absl::StrFormat("%s/%02x", options_.root, first_byte);
}

absl::Status KeySetStore::Load() {
  std::error_code error;
  fs::create_directories(options_.root, error);
  RETURN_IF_ERROR(ToStatus(error, "create " + options_.root));
  for (int i = 0; i < 256; ++i) {
    const auto first_byte = static_cast<std::uint8_t>(i);
    if (!fs::is_directory(DirectoryOf(first_byte), error)) continue;
    RETURN_IF_ERROR(LoadDirectory(first_byte));
  }
  return absl::OkStatus();
}

absl::Status KeySetStore::MakeDirectoryFor(const Sha256Digest& digest) const {
  const std::string path = DirectoryOf(digest[0]);
  std::error_code error;
  fs::create_directories(path, error);
  return ToStatus(error, "create " + path);
}

absl::Status KeySetStore::LoadDirectory(std::uint8_t first_byte) {
  const std::string path = DirectoryOf(first_byte);
  std::error_code error;
  fs::directory_iterator entries(path, error);
  RETURN_IF_ERROR(ToStatus(error, "list " + path));
  for (; entries != fs::directory_iterator(); entries.increment(error)) {
    const std::string name = entries->path().filename().string();
    if (absl::EndsWith(name, ".tmp")) {
      std::error_code ignored;  // it is only space
      fs::remove(entries->path(), ignored);
      continue;
    }
    if (!absl::EndsWith(name, kSuffix)) continue;
    const auto digest =
        ParseHexDigest(std::string_view(name).substr(0, kHexDigits));
    if (digest.has_value()) Add(*digest);
  }
  return ToStatus(error, "list " + path);
}

void KeySetStore::Add(const Sha256Digest& digest) {
  MutexLock lock(mutex_);
  present_.insert(digest);
}

bool KeySetStore::Contains(const Sha256Digest& digest) const {
  {
    MutexLock lock(mutex_);
    if (!present_.contains(digest)) return false;
  }
  std::error_code error;
  return fs::is_regular_file(PathOf(digest), error);
}

std::size_t KeySetStore::size() const {
  MutexLock lock(mutex_);
  return present_.size();
}

std::string KeySetStore::PathOf(const Sha256Digest& digest) const {
  return absl::StrCat(DirectoryOf(digest[0]), "/", ToHex(digest), kSuffix);
}

absl::Status KeySetStore::CheckSize(std::uint64_t size_bytes) const {
  if (size_bytes <= options_.key_set_bytes_max) return absl::OkStatus();
  return WithMetadata(
      WithReason(absl::InvalidArgumentError(absl::StrCat(
                     "the key set has ", size_bytes, " bytes; the limit is ",
                     options_.key_set_bytes_max)),
                 "KEY_SET_TOO_LARGE"),
      "limit", absl::StrCat(options_.key_set_bytes_max));
}

absl::StatusOr<KeySetStore::Outcome> KeySetStore::Put(
    const Sha256Digest& digest, absl::Span<const std::uint8_t> content) {
  RETURN_IF_ERROR(CheckSize(content.size()));
  const Sha256Digest actual = Sha256(content);
  if (actual != digest) return DigestMismatch(digest, actual);
  if (Contains(digest)) return Outcome::kPresent;
  RETURN_IF_ERROR(MakeDirectoryFor(digest));
  RETURN_IF_ERROR(WriteFileBytes(PathOf(digest), content));
  Add(digest);
  return Outcome::kStored;
}

// Appends to a temporary file beside the final one.
class KeySetStore::FileWriter : public KeySetStore::Writer {
 public:
  FileWriter(KeySetStore& store, const Sha256Digest& digest,
             std::uint64_t size_bytes)
      : store_(store),
        digest_(digest),
        size_bytes_(size_bytes),
        path_(absl::StrCat(store.PathOf(digest), ".", NewUuid(), ".tmp")) {}

  ~FileWriter() override {
    if (file_ != nullptr) std::fclose(file_);
    std::remove(path_.c_str());
  }

  absl::Status Open() {
    file_ = std::fopen(path_.c_str(), "wbx");
    return file_ != nullptr ? absl::OkStatus()
                            : OsErrorToStatus(errno, "create " + path_);
  }

  absl::Status Append(absl::Span<const std::uint8_t> chunk) override {
    received_bytes_ += chunk.size();
    if (received_bytes_ > size_bytes_) return SizeMismatch();
    sha256_.Update(chunk);
    if (std::fwrite(chunk.data(), 1, chunk.size(), file_) != chunk.size()) {
      return OsErrorToStatus(errno, "write " + path_);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Outcome> Finish() override {
    if (received_bytes_ != size_bytes_) return SizeMismatch();
    const Sha256Digest actual = sha256_.Finish();
    if (actual != digest_) return DigestMismatch(digest_, actual);
    if (std::fclose(std::exchange(file_, nullptr)) != 0) {
      return OsErrorToStatus(errno, "write " + path_);
    }
    if (store_.Contains(digest_)) return Outcome::kPresent;
    const std::string path = store_.PathOf(digest_);
    if (std::rename(path_.c_str(), path.c_str()) != 0) {
      return OsErrorToStatus(errno, "rename " + path_ + " to " + path);
    }
    store_.Add(digest_);
    return Outcome::kStored;
  }

 private:
  absl::Status SizeMismatch() const {
    return WithReason(absl::InvalidArgumentError(absl::StrCat(
                          "the header announced ", size_bytes_, " bytes, but ",
                          received_bytes_,
                          " were sent; announce the file's size, then send "
                          "all of it")),
                      "SIZE_MISMATCH");
  }

  KeySetStore& store_;
  const Sha256Digest digest_;
  const std::uint64_t size_bytes_;
  const std::string path_;
  std::FILE* file_ = nullptr;
  std::uint64_t received_bytes_ = 0;
  Sha256Stream sha256_;
};

absl::StatusOr<std::unique_ptr<KeySetStore::Writer>> KeySetStore::Begin(
    const Sha256Digest& digest, std::uint64_t size_bytes) {
  RETURN_IF_ERROR(CheckSize(size_bytes));
  RETURN_IF_ERROR(MakeDirectoryFor(digest));
  auto writer = std::make_unique<FileWriter>(*this, digest, size_bytes);
  RETURN_IF_ERROR(writer->Open());
  return writer;
}

}  // namespace perfecthash
