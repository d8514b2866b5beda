#include "engine/codegen/c_index.h"

#include <algorithm>
#include <bit>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/base/check.h"

namespace perfecthash {
namespace {

// "(v >> 3) | (v << 29)"; a rotation by 0 is left out by the callers.
std::string Rotation(const std::string& v, std::uint32_t right) {
  return absl::StrCat("(", v, " >> ", right, ") | (", v, " << ", 32 - right,
                      ")");
}

// The statement of one step; empty if it changes nothing. `name` is the
// table's, `a` points to the step's operand.
std::string RenderStep(const std::string& name, const std::string& v,
                       HashOperation operation, const std::uint32_t* a) {
  using enum HashOperation;
  const std::string assign = absl::StrCat("  ", v, " = ");
  switch (operation) {
    case kMultiply:
      if (*a == 1) return "";
      return absl::StrCat("  ", v, " *= ", HexLiteral(*a), ";\n");
    case kRotateRight:
      if (*a == 0) return "";
      return absl::StrCat(assign, Rotation(v, *a), ";\n");
    case kRotateLeft:
      if (*a == 0) return "";
      return absl::StrCat(assign, Rotation(v, 32 - *a), ";\n");
    case kShiftRight:
    case kShiftToVertex:
      if (*a == 0) return "";
      return absl::StrCat("  ", v, " >>= ", *a, ";\n");
    case kShiftLeft:
      if (*a == 0) return "";
      return absl::StrCat("  ", v, " <<= ", *a, ";\n");
    case kXorRotateRight:
      if (*a == 0) return absl::StrCat(assign, "0;\n");
      return absl::StrCat("  ", v, " ^= ", Rotation(v, *a), ";\n");
    case kXorShiftRight:
      return absl::StrCat("  ", v, " ^= ", v, " >> ", *a, ";\n");
    case kJenkins:
      return absl::StrCat(assign, name, "_Mix(", v, ", ", HexLiteral(*a),
                          ");\n");
    case kFnv:
      return absl::StrCat(assign, name, "_Fnv(", v, ", ", HexLiteral(*a),
                          ");\n");
    case kCrc32:
      return absl::StrCat(assign, name, "_Crc32(", v, ", ", HexLiteral(*a),
                          ");\n");
    case kMultiply64:
      return absl::StrCat(assign, "(uint32_t)(", v, " * 0x",
                          absl::Hex(std::uint64_t{a[1]} << 32 | a[0]),
                          "ull >> ", a[2], ");\n");
    case kEnd:
    case kMultiplyWide:  // made the variable
    case kHigh:
    case kHighShift:
      return "";
  }
  CheckFailed("a known operation", __FILE__, __LINE__);
}

// One half, step by step. A first multiplication, as most functions have, makes
// the variable.
std::string RenderHalf(const std::string& name, const std::string& v,
                       const HashSteps& steps, const HashHalf& half) {
  const bool multiplies = steps[0].operation == HashOperation::kMultiply;
  std::string text = absl::StrCat("  uint32_t ", v, " = ");
  if (steps[0].operation == HashOperation::kMultiplyWide) {
    absl::StrAppend(
        &text, "(uint32_t)(k * 0x",
        absl::Hex(std::uint64_t{half.operands[1]} << 32 | half.operands[0]),
        "ull >> 32);\n");
  } else if (multiplies) {
    absl::StrAppend(&text, "k * ", HexLiteral(half.operands[0]), ";\n");
  } else {
    text += "k;\n";
  }
  for (int i = multiplies ? 1 : 0; i < kStepCountMax; ++i) {
    text += RenderStep(name, v, steps[i].operation, &half.operands[i]);
  }
  return text;
}

bool Uses(const HashFunction& function, HashOperation operation) {
  const auto is_it = [&](const HashStep& step) {
    return step.operation == operation;
  };
  return std::any_of(function.first.begin(), function.first.end(), is_it) ||
         std::any_of(function.second.begin(), function.second.end(), is_it);
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

constexpr std::string_view kFnv = R"(
/* FNV-1 of the four bytes of k. */
static inline uint32_t @NAME@_Fnv(uint32_t k, uint32_t seed) {
  uint32_t h = seed ^ 2166136261u;
  h = (h * 16777619u) ^ (k & 0xff);
  h = (h * 16777619u) ^ (k >> 8 & 0xff);
  h = (h * 16777619u) ^ (k >> 16 & 0xff);
  return (h * 16777619u) ^ (k >> 24);
}
)";

constexpr std::string_view kCrc32 = R"(
/* CRC-32C of the four bytes of k. */
static inline uint32_t @NAME@_Crc32(uint32_t k, uint32_t crc) {
#if defined(__SSE4_2__)
  return _mm_crc32_u32(crc, k);
#else
  int bit;
  crc ^= k;
  for (bit = 0; bit < 32; ++bit) {
    crc = (crc >> 1) ^ (0x82f63b78u & (0u - (crc & 1u)));
  }
  return crc;
#endif
}
)";

constexpr char kGather[] = R"(
/* The key's bits that differ within the set. */
static inline uint32_t @NAME@_Pack(uint64_t key) {
#if defined(__BMI2__) && defined(__x86_64__)
  return (uint32_t)_pext_u64(key, @PACK_MASK@);
#else
  return @GATHER@;
#endif
}
)";

constexpr std::string_view kCrc32Includes = R"(#if defined(__SSE4_2__)
#include <nmmintrin.h>
#endif
)";

constexpr std::string_view kPackIncludes =
    R"(#if defined(__BMI2__) && defined(__x86_64__)
#include <immintrin.h>
#endif
)";

bool IsPacked(const TableParameters& parameters) {
  return parameters.key_width == KeyWidth::k64Bits &&
         !parameters.packing.is_wide();
}

const char* KeyType(const TableParameters& parameters) {
  return GetHashFunction(parameters.function).takes_wide_keys() ? "uint64_t"
                                                                : "uint32_t";
}

// The key as the hash function takes it.
std::string PackedKey(const std::string& name,
                      const TableParameters& parameters) {
  std::string key = IsPacked(parameters) ? name + "_Pack(key)" : "key";
  const std::uint32_t bias = parameters.hash.key_bias;
  if (bias != 0) absl::StrAppend(&key, " + ", HexLiteral(bias));
  // Of 32 bits even where the function goes on with 64.
  const bool widens = GetHashFunction(parameters.function).takes_wide_keys() &&
                      !parameters.packing.is_wide();
  return widens ? absl::StrCat("(uint32_t)(", key, ")") : key;
}

}  // namespace

std::string RenderIncludes(const TableParameters& parameters) {
  std::string text = "#include <stdint.h>\n";
  if (IsPacked(parameters)) text += kPackIncludes;
  if (Uses(GetHashFunction(parameters.function), HashOperation::kCrc32)) {
    text += kCrc32Includes;
  }
  return text;
}

std::string RenderHash(const std::string& name,
                       const TableParameters& parameters) {
  const HashParameters& hash = parameters.hash;
  std::string text = absl::StrCat("  const ", KeyType(parameters),
                                  " k = ", PackedKey(name, parameters), ";\n");
  const HashFunction& function = GetHashFunction(parameters.function);
  text += RenderHalf(name, "v1", function.first, hash.first);
  text += RenderHalf(name, "v2", function.second, hash.second);
  if (function.masks_vertices) {
    for (const char* v : {"v1", "v2"}) {
      absl::StrAppend(&text, "  ", v, " &= ", HexLiteral(hash.vertex_mask),
                      ";\n");
    }
  }
  return text;
}

std::string RenderHashFunctions(const std::string& name,
                                const TableParameters& parameters) {
  std::string text;
  const HashFunction& function = GetHashFunction(parameters.function);
  if (Uses(function, HashOperation::kJenkins)) text += kJenkinsMix;
  if (Uses(function, HashOperation::kFnv)) text += kFnv;
  if (Uses(function, HashOperation::kCrc32)) text += kCrc32;
  if (IsPacked(parameters)) {
    const std::uint64_t mask = parameters.packing.mask;
    text += absl::StrReplaceAll(
        kGather, {{"@PACK_MASK@", absl::StrCat("0x", absl::Hex(mask), "ull")},
                  {"@GATHER@", RenderGather(mask)}});
  }
  return absl::StrReplaceAll(text, {{"@NAME@", name}});
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
