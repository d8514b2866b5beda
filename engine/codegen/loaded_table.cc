#include "engine/codegen/loaded_table.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"

namespace perfecthash {

absl::StatusOr<LoadedTable> LoadedTable::Open(const std::string& path) {
  ASSIGN_OR_RETURN(MappedFile file, MappedFile::Open(path));
  absl::StatusOr<TableFileView> view = ParseTableFile(file.bytes());
  if (!view.ok()) {
    return absl::Status(view.status().code(),
                        absl::StrCat(path, ": ", view.status().message()));
  }
  return LoadedTable(std::move(file), *view);
}

}  // namespace perfecthash
