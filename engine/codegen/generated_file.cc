#include "engine/codegen/generated_file.h"

namespace perfecthash {

std::size_t GeneratedFile::Fill(absl::Span<std::uint8_t> out) {
  std::size_t filled = 0;
  while (filled < out.size() && section_ < sections_.size()) {
    filled += sections_[section_]->Fill(out.subspan(filled));
    if (filled < out.size()) ++section_;
  }
  return filled;
}

}  // namespace perfecthash
