#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/report.pb.h"
#include "cli/session.h"
#include "engine/base/sha256.h"

namespace perfecthash {

// A key file on this machine that can be sent.
struct KeyFile {
  std::string path;
  std::string item_id;  // its path in the directory, without ".keys"
  Sha256Digest digest{};
  std::int64_t size_bytes = 0;
  // When it was read already: a pipe gives its bytes only once.
  std::optional<std::vector<std::uint8_t>> content = {};
};

struct KeyFileList {
  std::vector<KeyFile> files;               // sorted by item_id
  std::vector<cli::LocalFailure> failures;  // what cannot be sent, and why
};

enum class Descend { kNo, kYes };

// The *.keys files of a directory, by name, with digest and size still unset.
// Hidden files are left out. Fails when the directory cannot be read.
absl::StatusOr<KeyFileList> FindKeyFiles(const std::string& directory,
                                         Descend descend);

struct KeyFileLimits {
  int key_size_bytes = 4;
  std::int64_t size_bytes_max = 0;
};

// The bytes of a key file, or why they are none: unreadable, empty, too large,
// or no whole number of keys.
absl::StatusOr<std::vector<std::uint8_t>> ReadKeyFile(
    const std::string& path, const KeyFileLimits& limits);

// Reads each file once, unless its content is there, and sets digest and size;
// moves those that cannot be read to `failures`. Holds one file's bytes at a
// time. Fails when interrupted.
absl::Status DigestKeyFiles(Session& session, const KeyFileLimits& limits,
                            KeyFileList& list);

// "a/b.keys" -> "b".
std::string StemOf(const std::string& path);

}  // namespace perfecthash
