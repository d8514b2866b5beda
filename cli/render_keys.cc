#include "cli/render_keys.h"

#include <fmt/format.h>

#include "cli/byte_size.h"
#include "cli/fields.h"

namespace perfecthash {
namespace {

std::string YesOrNo(bool value) { return value ? "yes" : "no"; }

}  // namespace

std::string RenderKeyFile(const cli::KeyFileReport& report) {
  Fields fields;
  fields.Add("File", report.path());
  fields.Add("Size", FormatByteSize(report.size_bytes()));
  fields.Add("Key width", fmt::format("{} bits", report.key_size_bytes() * 8));
  fields.Add("Keys", FormatCount(report.key_count()));
  if (report.key_count() > 0) {
    fields.Add("Lowest", fmt::format("{:#x}", report.min_key()));
    fields.Add("Highest", fmt::format("{:#x}", report.max_key()));
    fields.Add("Sorted", YesOrNo(report.sorted()));
    fields.Add("Contains 0", YesOrNo(report.contains_zero()));
    fields.Add("Duplicates", FormatCount(report.duplicate_count()));
    fields.Add("Table", fmt::format("{} indices, {} vertices",
                                    FormatCount(report.edge_count()),
                                    FormatCount(report.vertex_count())));
    fields.Add("Density",
               fmt::format("{:.3f} keys per index", report.density()));
    fields.Add("Varying bits", std::to_string(report.varying_bits()));
    if (report.key_size_bytes() == 8) {
      fields.Add("Packs into 32 bits", YesOrNo(report.packable()));
    }
  }
  fields.Add("Usable", YesOrNo(report.usable()));
  for (const std::string& problem : report.problems()) {
    fields.Add("Problem", problem);
  }
  return fields.Format();
}

}  // namespace perfecthash
