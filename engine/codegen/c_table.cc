#include "engine/codegen/c_table.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/check.h"
#include "engine/codegen/c_index.h"

namespace perfecthash {
namespace {

std::string SeedList(const Seeds& seeds) {
  return absl::StrJoin(seeds.span(), ", ",
                       [](std::string* out, std::uint32_t seed) {
                         absl::StrAppend(out, "0x", absl::Hex(seed));
                       });
}

std::string EntryType(const GraphSize& size) {
  return absl::StrCat("uint", size.entry_bytes() * 8, "_t");
}

}  // namespace

CTable::CTable(const std::string& name, const TableParameters& parameters,
               const Sha256Digest& digest) {
  const int key_bits = static_cast<int>(parameters.key_width) * 8;
  const HashFunction& function = GetHashFunction(parameters.function);
  const GraphSize& size = parameters.size;
  substitutions_ = {
      {"NAME", name},
      {"DIGEST", ToHex(digest)},
      {"ENTRY", EntryType(size)},
      {"ENTRY_COUNT", absl::StrCat(size.vertex_count)},
      {"FUNCTION", std::string(function.name)},
      {"FUNCTIONS", RenderHashFunctions(name, parameters)},
      {"HASH", RenderHash(name, parameters)},
      {"INCLUDES", RenderIncludes(parameters)},
      // Spelled so that no line of ours looks like an include.
      {"INCLUDE_HEADER", absl::StrCat("#include \"", name, ".h\"")},
      {"INDEX_COUNT", absl::StrCat(size.edge_count)},
      {"INDEX_MASK", HexLiteral(parameters.index_mask())},
      {"KEY", absl::StrCat("uint", key_bits, "_t")},
      {"KEY_BITS", absl::StrCat(key_bits)},
      {"KEY_COUNT", absl::StrCat(parameters.key_count)},
      {"SEEDS", SeedList(parameters.seeds)},
      {"TABLE_BYTES", absl::StrCat(parameters.assigned_bytes())},
  };
}

std::string CTable::FillIn(std::string_view text) const {
  std::string filled;
  filled.reserve(text.size() * 2);
  while (true) {
    const std::size_t begin = text.find('@');
    filled += text.substr(0, begin);
    if (begin == text.npos) return filled;
    const std::size_t end = text.find('@', begin + 1);
    filled += ValueOf(text.substr(begin + 1, end - begin - 1));
    text.remove_prefix(end + 1);
  }
}

const std::string& CTable::ValueOf(std::string_view variable) const {
  for (const auto& [name, value] : substitutions_) {
    if (name == variable) return value;
  }
  CheckFailed("a known variable", __FILE__, __LINE__);
}

}  // namespace perfecthash
