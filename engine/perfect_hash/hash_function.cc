#include "engine/perfect_hash/hash_function.h"

#include <algorithm>
#include <bit>

#include "engine/perfect_hash/hash_formula.h"

namespace perfecthash {
namespace {

using enum HashOperation;

bool KeepsZero(HashOperation operation) {
  return operation != kJenkins && operation != kFnv && operation != kCrc32;
}

// Latencies of today's processors.
int Cycles(HashOperation operation) {
  switch (operation) {
    case kEnd:
    case kHigh:
      return 0;
    case kMultiply:
    case kMultiply64:
    case kCrc32:
      return 3;
    case kMultiplyWide:
      return 4;
    case kXorRotateRight:
    case kXorShiftRight:
      return 2;
    case kFnv:
      return 17;
    case kJenkins:
      return 27;
    default:
      return 1;
  }
}

int Cycles(const HashSteps& steps) {
  int cycles = 0;
  for (const HashStep& step : steps) cycles += Cycles(step.operation);
  return cycles;
}

std::uint32_t OperandOf(const HashStep& step, const HashFunction& function,
                        const Seeds& seeds, std::uint32_t vertex_count) {
  if (step.operation == kShiftToVertex) {
    return 32 - std::countr_zero(vertex_count);
  }
  if (step.seed == 0) return step.constant;
  const std::uint32_t seed =
      seeds.values[step.seed - 1] & function.seed_masks[step.seed - 1];
  return step.byte == 0 ? seed : seed >> 8 * (step.byte - 1) & 0xff;
}

HashHalf MakeHalf(const HashSteps& steps, const HashFunction& function,
                  const Seeds& seeds, std::uint32_t vertex_count) {
  HashHalf half;
  for (int i = 0; i < kStepCountMax; ++i) {
    half.operands[i] = OperandOf(steps[i], function, seeds, vertex_count);
  }
  return half;
}

}  // namespace

bool HashFunction::maps_zero_to_zero() const {
  const auto keeps_zero = [](const HashStep& step) {
    return KeepsZero(step.operation);
  };
  return std::all_of(first.begin(), first.end(), keeps_zero) &&
         std::all_of(second.begin(), second.end(), keeps_zero);
}

bool HashFunction::takes_wide_keys() const {
  return first[0].operation == kMultiplyWide;
}

bool HashFunction::is_symmetric() const {
  return std::equal(first.begin(), first.end(), second.begin(),
                    [](const HashStep& a, const HashStep& b) {
                      return a.operation == b.operation &&
                             (a.seed == 0) == (b.seed == 0) &&
                             (a.byte == 0) == (b.byte == 0) &&
                             a.constant == b.constant;
                    });
}

bool HashFunction::ends_in_product() const {
  const auto ends_so = [](const HashSteps& steps) {
    const auto last = std::find_if(
        steps.begin(), steps.end(),
        [](const HashStep& step) { return step.operation == kShiftToVertex; });
    return last != steps.end() && last != steps.begin() &&
           last[-1].operation == kMultiply && last[-1].byte == 0;
  };
  return ends_so(first) && ends_so(second);
}

int HashFunction::cycles() const {
  return std::max(Cycles(first), Cycles(second)) + (masks_vertices ? 1 : 0);
}

absl::Span<const HashFunction> AllHashFunctions() { return kHashFunctions; }

const HashFunction& GetHashFunction(HashFunctionId id) {
  return HashFunctionOf(id);
}

const HashFunction* FindHashFunction(std::string_view name) {
  for (const HashFunction& function : kHashFunctions) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

HashParameters MakeHashParameters(const HashFunction& function,
                                  const Seeds& seeds,
                                  std::uint32_t vertex_count,
                                  std::uint32_t zero_key_bias) {
  return {
      .first = MakeHalf(function.first, function, seeds, vertex_count),
      .second = MakeHalf(function.second, function, seeds, vertex_count),
      .key_bias = function.maps_zero_to_zero() ? zero_key_bias : 0,
      .vertex_mask = vertex_count - 1,
  };
}

VertexPair HashKey(HashFunctionId id, const HashParameters& parameters,
                   std::uint64_t key) {
  return VisitHashFunction(id, [&]<HashFunctionId kFunction>() {
    return HashKeyBy<kFunction>(parameters, key);
  });
}

}  // namespace perfecthash
