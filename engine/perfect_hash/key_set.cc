#include "engine/perfect_hash/key_set.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

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

KeyPacking ChoosePacking(const std::uint8_t* bytes,
                         std::uint64_t varying_bits) {
  if (std::popcount(varying_bits) > 32) {
    return {.mask = KeyPacking::kWideMask, .constant_bits = 0};
  }
  std::uint64_t first;
  std::memcpy(&first, bytes, sizeof(first));
  return {.mask = varying_bits, .constant_bits = first & ~varying_bits};
}

}  // namespace

absl::StatusOr<KeySet> KeySet::Parse(absl::Span<const std::uint8_t> bytes,
                                     KeyWidth width) {
  KeySet set;
  ASSIGN_OR_RETURN(set.size_, CountKeys(bytes.size(), width));
  set.width_ = width;
  if (width == KeyWidth::k64Bits) {
    set.varying_bits_ = VaryingBits(bytes.data(), set.size_);
    set.packing_ = ChoosePacking(bytes.data(), set.varying_bits_);
  }
  const std::size_t padded_count =
      (set.size_ + 2 * kPaddingCount - 1) / kPaddingCount * kPaddingCount;
  set.keys_ = AlignedArray<std::uint32_t>(set.is_wide() ? 2 * padded_count
                                                        : padded_count);
  if (set.is_wide()) {
    set.ReadWide(bytes);
  } else {
    set.ReadPacked(bytes.data());
  }
  if (!set.is_distinct_) RETURN_IF_ERROR(set.CheckDistinct());
  for (std::uint32_t* end = set.keys_.data() + set.size_;
       end <= set.keys_.data() + set.keys_.size(); end += padded_count) {
    std::fill(end, end + (padded_count - set.size_), end[-1]);
  }
  set.FindZeroKeyBias();
  return set;
}

void KeySet::ReadPacked(const std::uint8_t* bytes) {
  // Packing keeps the order and distinctness, so the rest sees 32 bits only.
  const Kernel& kernel = BestKernel();
  if (width_ == KeyWidth::k32Bits) {
    std::memcpy(keys_.data(), bytes, size_ * sizeof(std::uint32_t));
  } else {
    kernel.pack_keys(bytes, size_, packing_.mask, keys_.data());
  }
  is_distinct_ = kernel.is_ascending(keys_.data(), size_);
  if (!is_distinct_) Sort();
}

void KeySet::ReadWide(absl::Span<const std::uint8_t> bytes) {
  std::vector<std::uint64_t> keys(size_);
  std::memcpy(keys.data(), bytes.data(), bytes.size());
  input_was_sorted_ = std::is_sorted(keys.begin(), keys.end());
  if (!input_was_sorted_) std::sort(keys.begin(), keys.end());
  is_distinct_ = std::adjacent_find(keys.begin(), keys.end()) == keys.end();
  std::uint32_t* const low = keys_.data();
  std::uint32_t* const high = low + high_offset();
  for (std::size_t i = 0; i < size_; ++i) {
    low[i] = static_cast<std::uint32_t>(keys[i]);
    high[i] = static_cast<std::uint32_t>(keys[i] >> 32);
  }
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
  std::size_t first = size_;
  std::size_t first_count = 0;
  std::size_t surplus_count = 0;
  for (std::size_t i = 1; i < size_; ++i) {
    if (hashed_key(i) != hashed_key(i - 1)) continue;
    ++surplus_count;
    first = std::min(first, i - 1);
    if (hashed_key(i) == hashed_key(first)) ++first_count;
  }
  if (surplus_count == 0) return absl::OkStatus();
  const std::uint64_t key = original_key(first);
  return WithReason(
      absl::InvalidArgumentError(absl::StrFormat(
          "key %d (0x%x) occurs %d times; keys must be distinct: remove the %d "
          "surplus one(s) of this set",
          key, key, first_count + 1, surplus_count)),
      "DUPLICATE_KEYS");
}

void KeySet::FindZeroKeyBias() {
  if (hashed_key(0) != 0) return;
  // key + bias is 0 for key = 2^32 - bias, or 2^64 - bias: go down from the
  // largest key.
  const std::uint64_t mask =
      is_wide() ? KeyPacking::kWideMask : KeyPacking().mask;
  zero_key_bias_ = 1;
  for (std::size_t i = size_;
       i-- > 0 && hashed_key(i) == (-std::uint64_t{zero_key_bias_} & mask);) {
    ++zero_key_bias_;
  }
}

HashParameters MakeHashParameters(const HashFunction& function,
                                  const Seeds& seeds,
                                  std::uint32_t vertex_count,
                                  const KeySet& keys) {
  HashParameters parameters =
      MakeHashParameters(function, seeds, vertex_count, keys.zero_key_bias());
  parameters.keys_are_wide = keys.is_wide();
  parameters.high_offset = keys.high_offset();
  return parameters;
}

}  // namespace perfecthash
