#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/perfect_hash/aligned_array.h"
#include "engine/perfect_hash/hash_function.h"
#include "engine/perfect_hash/key_packing.h"
#include "engine/perfect_hash/stop_check.h"

namespace perfecthash {

// Bytes of a key in a key file.
enum class KeyWidth : std::uint8_t { k32Bits = 4, k64Bits = 8 };

// The keys of one table: distinct, ascending, 32 bits each. 64-bit keys are
// packed; those that cannot be are wide, and their high halves kept besides.
// Owns its memory; move-only. Immutable after construction.
class KeySet {
 public:
  // Keys are little-endian, one after another; `bytes` need not be aligned.
  // Unsorted keys are sorted. InvalidArgument: no keys, a size that is no
  // multiple of the width, a key that occurs twice (the first such is named).
  // ResourceExhausted: more than kKeyCountMax keys. Cancelled: `stop`, which is
  // asked every few ten thousand keys and may be null, says so.
  static absl::StatusOr<KeySet> Parse(absl::Span<const std::uint8_t> bytes,
                                      KeyWidth width,
                                      const StopCheck* stop = nullptr);

  KeySet(KeySet&&) = default;
  KeySet& operator=(KeySet&&) = default;

  std::size_t size() const { return size_; }
  // Packed keys, or the low halves of wide ones; the rank of a key in this
  // array is its index in the table. Behind the last key its copies fill up at
  // least kPaddingCount entries, so that whole vectors may be read.
  absl::Span<const std::uint32_t> keys() const { return {keys_.data(), size_}; }
  // Whether the keys have 64 bits for the hash function too. Then the high
  // half of a key stands high_offset() entries behind its low half.
  bool is_wide() const { return packing_.is_wide(); }
  std::uint32_t high_offset() const {
    return is_wide() ? static_cast<std::uint32_t>(keys_.size() / 2) : 0;
  }
  // What a hash function is applied to: the packed or the wide key.
  std::uint64_t hashed_key(std::size_t rank) const {
    const std::uint32_t* const key = keys_.data() + rank;
    return is_wide() ? std::uint64_t{key[high_offset()]} << 32 | *key : *key;
  }
  // The key as it stood in the input.
  std::uint64_t original_key(std::size_t rank) const {
    return packing_.Unpack(hashed_key(rank));
  }

  KeyWidth width() const { return width_; }
  const KeyPacking& packing() const { return packing_; }
  bool input_was_sorted() const { return input_was_sorted_; }
  std::uint64_t min_key() const { return original_key(0); }
  std::uint64_t max_key() const { return original_key(size_ - 1); }
  // Bits that are not the same in all (original) keys.
  std::uint64_t varying_bits() const;

  // A product of key 0 is 0 whatever the seed, so functions that multiply
  // would put key 0 on vertex 0 twice, and no graph of theirs would do. They
  // are applied to key + zero_key_bias() modulo 2^32 instead: 0 if key 0 is
  // not in the set, else the smallest number that makes no key 0. (Modulo 2^64
  // if the keys are wide.)
  std::uint32_t zero_key_bias() const { return zero_key_bias_; }

  std::size_t memory_bytes() const { return keys_.bytes(); }

  static constexpr std::size_t kPaddingCount = 16;

 private:
  KeySet() = default;

  // All of these are false (or Cancelled) if stopped.
  bool FindVaryingBits(const std::uint8_t* bytes, const StopCheck* stop);
  bool ReadPacked(const std::uint8_t* bytes, const StopCheck* stop);
  bool ReadWide(absl::Span<const std::uint8_t> bytes, const StopCheck* stop);
  bool FindWhetherDistinct(const StopCheck* stop);
  bool Sort(const StopCheck* stop);
  absl::Status CheckDistinct(const StopCheck* stop) const;
  bool FindZeroKeyBias(const StopCheck* stop);

  AlignedArray<std::uint32_t> keys_;
  std::size_t size_ = 0;
  KeyPacking packing_;
  std::uint64_t varying_bits_ = 0;  // of 64-bit keys only
  std::uint32_t zero_key_bias_ = 0;
  KeyWidth width_ = KeyWidth::k32Bits;
  bool input_was_sorted_ = true;
  bool is_distinct_ = true;
};

// With what the function has to know of the keys.
HashParameters MakeHashParameters(const HashFunction& function,
                                  const Seeds& seeds,
                                  std::uint32_t vertex_count,
                                  const KeySet& keys);

}  // namespace perfecthash
