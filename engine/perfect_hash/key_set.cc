#include "engine/perfect_hash/key_set.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "engine/perfect_hash/graph_size.h"
#include "engine/perfect_hash/kernels/kernel.h"

namespace perfecthash {
namespace {

static_assert(std::endian::native == std::endian::little,
              "key files are little-endian and are read as they are");

absl::StatusOr<std::size_t> CountKeys(std::size_t byte_count, KeyWidth width) {
  const std::size_t key_bytes = static_cast<std::size_t>(width);
  if (byte_count == 0) {
    return absl::InvalidArgumentError("the key set is empty: it has no bytes");
  }
  if (byte_count % key_bytes != 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the key set has ", byte_count, " bytes, which is no multiple of ",
        key_bytes, ", the bytes of a key; check the width of its keys"));
  }
  const std::size_t key_count = byte_count / key_bytes;
  if (key_count > kKeyCountMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the key set has ", key_count, " keys; at most ",
                     kKeyCountMax, " fit one table: split the set"));
  }
  return key_count;
}

// The bits that are not the same in all of the 64-bit keys.
std::uint64_t VaryingBits(const std::uint8_t* bytes, std::size_t key_count) {
  std::uint64_t first;
  std::memcpy(&first, bytes, sizeof(first));
  std::uint64_t varying = 0;
  for (std::size_t i = 1; i < key_count; ++i) {
    std::uint64_t key;
    std::memcpy(&key, bytes + i * sizeof(key), sizeof(key));
    varying |= key ^ first;
  }
  return varying;
}

absl::StatusOr<KeyPacking> ChoosePacking(const std::uint8_t* bytes,
                                         std::uint64_t varying_bits) {
  if (const int count = std::popcount(varying_bits); count > 32) {
    return absl::UnimplementedError(absl::StrCat(
        "the 64-bit keys differ in ", count,
        " bit positions; at most 32 can be packed into a 32-bit key"));
  }
  std::uint64_t first;
  std::memcpy(&first, bytes, sizeof(first));
  return KeyPacking{.mask = varying_bits,
                    .constant_bits = first & ~varying_bits};
}

}  // namespace

absl::StatusOr<KeySet> KeySet::Parse(absl::Span<const std::uint8_t> bytes,
                                     KeyWidth width) {
  KeySet set;
  ASSIGN_OR_RETURN(set.size_, CountKeys(bytes.size(), width));
  set.width_ = width;
  set.keys_ = AlignedArray<std::uint32_t>((set.size_ + 2 * kPaddingCount - 1) /
                                          kPaddingCount * kPaddingCount);

  // Packing keeps the order and distinctness, so the rest sees 32 bits only.
  const Kernel& kernel = BestKernel();
  if (width == KeyWidth::k32Bits) {
    std::memcpy(set.keys_.data(), bytes.data(), bytes.size());
  } else {
    set.varying_bits_ = VaryingBits(bytes.data(), set.size_);
    ASSIGN_OR_RETURN(set.packing_,
                     ChoosePacking(bytes.data(), set.varying_bits_));
    kernel.pack_keys(bytes.data(), set.size_, set.packing_.mask,
                     set.keys_.data());
  }
  if (!kernel.is_ascending(set.keys_.data(), set.size_)) {
    set.Sort();
    RETURN_IF_ERROR(set.CheckDistinct());
  }
  std::uint32_t* const end = set.keys_.data() + set.size_;
  std::fill(end, set.keys_.data() + set.keys_.size(), end[-1]);
  set.FindZeroKeyBias();
  return set;
}

std::uint64_t KeySet::varying_bits() const {
  if (width_ == KeyWidth::k64Bits) return varying_bits_;
  std::uint32_t varying = 0;
  for (const std::uint32_t key : keys()) varying |= key ^ keys_.data()[0];
  return varying;
}

void KeySet::Sort() {
  std::uint32_t* const begin = keys_.data();
  input_was_sorted_ = std::is_sorted(begin, begin + size_);
  if (!input_was_sorted_) std::sort(begin, begin + size_);
}

absl::Status KeySet::CheckDistinct() const {
  const std::uint32_t* const begin = keys_.data();
  const std::uint32_t* const end = begin + size_;
  const std::uint32_t* const first = std::adjacent_find(begin, end);
  if (first == end) return absl::OkStatus();

  std::size_t surplus_count = 0;
  for (const std::uint32_t* key = first + 1; key != end; ++key) {
    if (key[0] == key[-1]) ++surplus_count;
  }
  const std::uint64_t key = original_key(first - begin);
  return WithReason(
      absl::InvalidArgumentError(absl::StrFormat(
          "key %d (0x%x) occurs %d times; keys must be distinct: remove the %d "
          "surplus one(s) of this set",
          key, key, std::upper_bound(first, end, *first) - first,
          surplus_count)),
      "DUPLICATE_KEYS");
}

void KeySet::FindZeroKeyBias() {
  const std::uint32_t* const begin = keys_.data();
  if (*begin != 0) return;
  // key + bias is 0 for key = 2^32 - bias: go down from the largest key.
  zero_key_bias_ = 1;
  for (std::size_t i = size_; i-- > 0 && begin[i] == -zero_key_bias_;) {
    ++zero_key_bias_;
  }
}

}  // namespace perfecthash
