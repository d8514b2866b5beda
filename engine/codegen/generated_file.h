#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "engine/base/byte_source.h"

namespace perfecthash {

enum class ArtifactKind {
  kC,      // header, source, self-test and benchmark, CMakeLists.txt
  kTable,  // the binary table file
};

// One file to be written: its name, without a folder, and its bytes, produced
// while they are pulled. Different files may be pulled by different threads;
// one file is used by one thread at a time.
class GeneratedFile : public ByteSource {
 public:
  GeneratedFile(std::string filename, ArtifactKind kind,
                std::vector<std::unique_ptr<ByteSource>> sections)
      : filename_(std::move(filename)),
        kind_(kind),
        sections_(std::move(sections)) {}

  const std::string& filename() const { return filename_; }
  ArtifactKind kind() const { return kind_; }

  // As ByteSource::Fill: fewer than out.size() bytes only at the end.
  std::size_t Fill(absl::Span<std::uint8_t> out) override;

 private:
  std::string filename_;
  ArtifactKind kind_;
  std::vector<std::unique_ptr<ByteSource>> sections_;
  std::size_t section_ = 0;
};

}  // namespace perfecthash
