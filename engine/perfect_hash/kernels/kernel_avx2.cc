#include "engine/perfect_hash/kernels/lanes.h"

namespace perfecthash::avx2 {
namespace {

bool Supported() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2");
}

}  // namespace

extern const Kernel kKernel;
constexpr Kernel kKernel = MakeKernel<8>("avx2", Supported);

}  // namespace perfecthash::avx2
