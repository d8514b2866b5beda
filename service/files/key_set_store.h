#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/base/mutex.h"
#include "engine/base/sha256.h"

namespace perfecthash {

// Uploaded key files on disk, each named by the SHA-256 of its bytes:
// {root}/ab/abcd....keys. Which ones there may be is known in memory, and
// whether one still is there is looked up when it is asked for, as files may be
// removed behind the server's back.
// Thread-safe. The files are written whole or not at all, but not forced to
// the disk: after a power cut a file may be missing, and is then to be uploaded
// again, or wrong, and is to be removed first.
class KeySetStore {
 public:
  struct Options {
    std::string root;
    std::uint64_t key_set_bytes_max = std::uint64_t{256} << 20;
  };

  // Removes what an earlier process left half-written and reads the names of
  // what is there.
  static absl::StatusOr<std::unique_ptr<KeySetStore>> Open(Options options);

  // Reads the file system if it may be there.
  bool Contains(const Sha256Digest& digest) const;
  // The path of a key set that Contains().
  std::string PathOf(const Sha256Digest& digest) const;
  std::size_t size() const;
  std::uint64_t key_set_bytes_max() const { return options_.key_set_bytes_max; }

  enum class Outcome { kStored, kPresent };
  // InvalidArgument DIGEST_MISMATCH or KEY_SET_TOO_LARGE, or the file system's
  // error.
  absl::StatusOr<Outcome> Put(const Sha256Digest& digest,
                              absl::Span<const std::uint8_t> content);

  // A key set that arrives in pieces. Used by one thread at a time; what is
  // not finished is removed.
  class Writer {
   public:
    virtual ~Writer() = default;
    virtual absl::Status Append(absl::Span<const std::uint8_t> chunk) = 0;
    virtual absl::StatusOr<Outcome> Finish() = 0;
  };
  absl::StatusOr<std::unique_ptr<Writer>> Begin(const Sha256Digest& digest,
                                                std::uint64_t size_bytes);

 private:
  class FileWriter;

  explicit KeySetStore(Options options) : options_(std::move(options)) {}
  absl::Status Load();
  absl::Status LoadDirectory(std::uint8_t first_byte);
  std::string DirectoryOf(std::uint8_t first_byte) const;
  // Makes the directory of this digest, if it is missing.
  absl::Status MakeDirectoryFor(const Sha256Digest& digest) const;
  absl::Status CheckSize(std::uint64_t size_bytes) const;
  void Add(const Sha256Digest& digest);

  const Options options_;
  mutable Mutex mutex_;
  absl::flat_hash_set<Sha256Digest> present_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace perfecthash
