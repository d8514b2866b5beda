#include "engine/perfect_hash/kernels/kernel.h"

#include <array>

namespace perfecthash {

namespace scalar {
extern const Kernel kKernel;
}
namespace avx2 {
extern const Kernel kKernel;
}
namespace avx512 {
extern const Kernel kKernel;
}

namespace {

constexpr std::array<const Kernel*, 3> kKernels = {
    &scalar::kKernel, &avx2::kKernel, &avx512::kKernel};

const Kernel& DetectBest() {
  const Kernel* best = &scalar::kKernel;
  for (const Kernel* kernel : kKernels) {
    if (kernel->supported()) best = kernel;
  }
  return *best;
}

}  // namespace

absl::Span<const Kernel* const> AllKernels() { return kKernels; }

const Kernel& BestKernel() {
  static const Kernel& best = DetectBest();
  return best;
}

const Kernel* FindKernel(std::string_view name) {
  for (const Kernel* kernel : kKernels) {
    if (kernel->name == name && kernel->supported()) return kernel;
  }
  return nullptr;
}

}  // namespace perfecthash
