#include "engine/perfect_hash/kernels/lanes.h"

namespace perfecthash::avx512 {
namespace {

bool Supported() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("bmi2");
}

}  // namespace

extern const Kernel kKernel;
constexpr Kernel kKernel = MakeKernel<16>("avx512", Supported);

}  // namespace perfecthash::avx512
