#include <windows.h>

// After windows.h, which it needs.
#include <bcrypt.h>

#include "engine/base/check.h"
#include "engine/base/sha256.h"

namespace perfecthash {
namespace {

BCRYPT_ALG_HANDLE OpenAlgorithm() {
  BCRYPT_ALG_HANDLE algorithm = nullptr;
  CHECK(BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_SHA256_ALGORITHM,
                                    nullptr, 0) == 0);
  return algorithm;
}

BCRYPT_HASH_HANDLE CreateHash() {
  // Opened once: that costs more than hashing a small file.
  static const BCRYPT_ALG_HANDLE sha256 = OpenAlgorithm();
  BCRYPT_HASH_HANDLE hash = nullptr;
  CHECK(BCryptCreateHash(sha256, &hash, nullptr, 0, nullptr, 0, 0) == 0);
  return hash;
}

}  // namespace

struct Sha256Stream::State {
  BCRYPT_HASH_HANDLE hash = CreateHash();
  ~State() { BCryptDestroyHash(hash); }
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {}

Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::Update(absl::Span<const std::uint8_t> bytes) {
  constexpr std::size_t kStepBytes = std::size_t{1} << 30;
  while (!bytes.empty()) {
    const auto step = bytes.subspan(0, kStepBytes);
    CHECK(BCryptHashData(state_->hash, const_cast<UCHAR*>(step.data()),
                         static_cast<ULONG>(step.size()), 0) == 0);
    bytes.remove_prefix(step.size());
  }
}

Sha256Digest Sha256Stream::Peek() const {
  Sha256Stream copy;
  BCryptDestroyHash(copy.state_->hash);
  CHECK(BCryptDuplicateHash(state_->hash, &copy.state_->hash, nullptr, 0, 0) ==
        0);
  return copy.Finish();
}

Sha256Digest Sha256Stream::Finish() {
  Sha256Digest digest;
  CHECK(BCryptFinishHash(state_->hash, digest.data(),
                         static_cast<ULONG>(digest.size()), 0) == 0);
  return digest;
}

}  // namespace perfecthash
