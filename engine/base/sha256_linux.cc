#include <openssl/evp.h>

#include "engine/base/check.h"
#include "engine/base/sha256.h"

namespace perfecthash {

struct Sha256Stream::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
  // Fetched once: the implicit fetch costs more than hashing a small file.
  static EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  CHECK(EVP_DigestInit_ex2(state_->context, sha256, nullptr) == 1);
}

Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::Update(absl::Span<const std::uint8_t> bytes) {
  CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

Sha256Digest Sha256Stream::Peek() const {
  Sha256Stream copy;
  CHECK(EVP_MD_CTX_copy_ex(copy.state_->context, state_->context) == 1);
  return copy.Finish();
}

Sha256Digest Sha256Stream::Finish() {
  Sha256Digest digest;
  CHECK(EVP_DigestFinal_ex(state_->context, digest.data(), nullptr) == 1);
  return digest;
}

}  // namespace perfecthash
