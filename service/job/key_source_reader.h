#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "engine/pipeline/table_request.h"
#include "perfecthash/v1/table.pb.h"
#include "service/files/allowed_directories.h"
#include "service/files/key_set_store.h"

namespace perfecthash {

// Turns a request's key source into what the engine reads: bytes, or a file
// that the caller may use. Immutable after construction; the store and the
// directories outlive it.
class KeySourceReader {
 public:
  KeySourceReader(const KeySetStore& key_sets,
                  const AllowedDirectories& directories,
                  std::int64_t inline_keys_bytes_max)
      : key_sets_(key_sets),
        directories_(directories),
        inline_keys_bytes_max_(inline_keys_bytes_max) {}

  // InvalidArgument INVALID_FIELD, FailedPrecondition KEY_SET_MISSING, or what
  // AllowedDirectories says. Reads the file system for a server_path.
  absl::StatusOr<KeySource> Read(const v1::KeySource& keys) const;

 private:
  absl::StatusOr<KeySource> FindKeySet(const std::string& name) const;

  const KeySetStore& key_sets_;
  const AllowedDirectories& directories_;
  const std::int64_t inline_keys_bytes_max_;
};

}  // namespace perfecthash
