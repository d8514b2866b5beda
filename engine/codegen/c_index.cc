#include "engine/codegen/c_index.h"

#include <bit>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace perfecthash {
namespace {

// A multiply function's half, step by step; what is neutral is left out.
std::string RenderHalf(const char* v, const HashFunction& function,
                       const HashHalf& half, std::uint32_t vertex_mask) {
  std::string text =
      absl::StrCat("  uint32_t ", v, " = k * ", HexLiteral(half.seed), ";\n");
  if (half.rotate != 0) {
    absl::StrAppend(&text, "  ", v, " = (", v, " >> ", half.rotate, ") | (", v,
                    " << ", 32 - half.rotate, ");\n");
  }
  if (half.multiplier != 1) {
    absl::StrAppend(&text, "  ", v, " *= ", HexLiteral(half.multiplier), ";\n");
  }
  if (half.shift != 0) {
    absl::StrAppend(&text, "  ", v, " >>= ", half.shift, ";\n");
  }
  if (function.masks_vertices) {
    absl::StrAppend(&text, "  ", v, " &= ", HexLiteral(vertex_mask), ";\n");
  }
  return text;
}

std::string RenderJenkinsHalf(const std::string& name, const char* v,
                              const HashHalf& half, std::uint32_t vertex_mask) {
  return absl::StrCat("  const uint32_t ", v, " = ", name, "_Mix(k, ",
                      HexLiteral(half.seed), ") & ", HexLiteral(vertex_mask),
                      ";\n");
}

constexpr std::string_view kJenkinsMix = R"(
/* The 96-bit mix of Bob Jenkins (Dr. Dobb's Journal, September 1997). */
static inline uint32_t @NAME@_Mix(uint32_t k, uint32_t c) {
  uint32_t b = 0x9e3779b9u;
  uint32_t a = b + k;
  a = (a - b - c) ^ (c >> 13);
  b = (b - c - a) ^ (a << 8);
  c = (c - a - b) ^ (b >> 13);
  a = (a - b - c) ^ (c >> 12);
  b = (b - c - a) ^ (a << 16);
  c = (c - a - b) ^ (b >> 5);
  a = (a - b - c) ^ (c >> 3);
  b = (b - c - a) ^ (a << 10);
  return (c - a - b) ^ (b >> 15);
}
)";

constexpr std::string_view kGather = R"(
/* The key's bits that differ within the set. */
static inline uint32_t @NAME@_Pack(uint64_t key) {
#if defined(__BMI2__) && defined(__x86_64__)
  return (uint32_t)_pext_u64(key, @PACK_MASK@);
#else
  return @GATHER@;
#endif
}
)";

constexpr std::string_view kPackIncludes =
    R"(#if defined(__BMI2__) && defined(__x86_64__)
#include <immintrin.h>
#endif
)";

bool IsPacked(const TableParameters& parameters) {
  return parameters.key_width == KeyWidth::k64Bits;
}

// The key as the hash function takes it.
std::string PackedKey(const std::string& name,
                      const TableParameters& parameters) {
  std::string key = IsPacked(parameters) ? name + "_Pack(key)" : "key";
  const std::uint32_t bias = parameters.hash.key_bias;
  if (bias != 0) absl::StrAppend(&key, " + ", HexLiteral(bias));
  return key;
}

}  // namespace

std::string RenderIncludes(const TableParameters& parameters) {
  std::string text = "#include <stdint.h>\n";
  if (IsPacked(parameters)) text += kPackIncludes;
  return text;
}

std::string RenderHash(const std::string& name,
                       const TableParameters& parameters) {
  const HashParameters& hash = parameters.hash;
  std::string text =
      absl::StrCat("  const uint32_t k = ", PackedKey(name, parameters), ";\n");
  if (parameters.function == HashFunctionId::kJenkins) {
    text += RenderJenkinsHalf(name, "v1", hash.first, hash.vertex_mask);
    return text + RenderJenkinsHalf(name, "v2", hash.second, hash.vertex_mask);
  }
  const HashFunction& function = GetHashFunction(parameters.function);
  text += RenderHalf("v1", function, hash.first, hash.vertex_mask);
  return text + RenderHalf("v2", function, hash.second, hash.vertex_mask);
}

std::string RenderHashFunctions(const std::string& name,
                                const TableParameters& parameters) {
  std::string text;
  if (parameters.function == HashFunctionId::kJenkins) text += kJenkinsMix;
  if (IsPacked(parameters)) text += kGather;
  const std::uint64_t mask = parameters.packing.mask;
  return absl::StrReplaceAll(
      text, {{"@NAME@", name},
             {"@PACK_MASK@", absl::StrCat("0x", absl::Hex(mask), "ull")},
             {"@GATHER@", RenderGather(mask)}});
}

std::string RenderGather(std::uint64_t mask) {
  std::string text;
  int gathered = 0;  // bits of the result so far
  int position = 0;  // of the key's bit that is bit 0 of `mask`
  while (mask != 0) {
    const int zeros = std::countr_zero(mask);
    const int ones = std::countr_one(mask >> zeros);
    position += zeros;
    const auto run = static_cast<std::uint32_t>(((std::uint64_t{1} << ones) - 1)
                                                << gathered);
    const int shift = position - gathered;
    absl::StrAppend(&text, text.empty() ? "" : " |\n         ", "((uint32_t)",
                    shift == 0 ? "key" : absl::StrCat("(key >> ", shift, ")"),
                    " & ", HexLiteral(run), ")");
    gathered += ones;
    position += ones;
    // In two steps, because a shift by 64 is undefined.
    mask = mask >> zeros >> (ones - 1) >> 1;
  }
  return text.empty() ? "(uint32_t)(key & 0)" : text;
}

std::string HexLiteral(std::uint32_t number) {
  return absl::StrCat("0x", absl::Hex(number, absl::kZeroPad8), "u");
}

}  // namespace perfecthash
