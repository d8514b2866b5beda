#include "tests/support/shared_files.h"

#include <cstdlib>
#include <filesystem>

namespace perfecthash {

std::optional<std::string> FindSharedFile(const std::string& name) {
  const char* const folder = std::getenv("PERFECTHASH_SHARED");
  const std::filesystem::path path =
      std::filesystem::path(folder != nullptr ? folder
                                              : PERFECTHASH_SHARED_DEFAULT) /
      name;
  if (!std::filesystem::exists(path)) return std::nullopt;
  return path.string();
}

}  // namespace perfecthash
