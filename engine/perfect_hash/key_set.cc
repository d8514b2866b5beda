#include "engine/perfect_hash/key_set.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "engine/perfect_hash/graph_size.h"
#include "engine/perfect_hash/kernels/kernel.h"
#include "engine/perfect_hash/key_sort.h"

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

// Between two looks at the stop.
constexpr std::size_t kKeysBetweenStops = 64 * 1024;

absl::Status Stopped() {
  return absl::CancelledError("stopped while the keys were read");
}

// Whether are_so(begin, end) of each piece of 0 to `count`, which begins with
// the last item of the one before. Nothing if stopped.
template <typename AreSo>
std::optional<bool> AreAll(std::size_t count, const StopCheck* stop,
                           AreSo are_so) {
  bool all = true;
  const bool finished = InPieces(
      count, kKeysBetweenStops, stop, [&](std::size_t begin, std::size_t end) {
        all = all && are_so(begin > 0 ? begin - 1 : 0, end);
      });
  if (!finished) return std::nullopt;
  return all;
}

template <typename Key>
std::optional<bool> IsSorted(const Key* keys, std::size_t count,
                             const StopCheck* stop) {
  return AreAll(count, stop, [&](std::size_t begin, std::size_t end) {
    return std::is_sorted(keys + begin, keys + end);
  });
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
                                     KeyWidth width, const StopCheck* stop) {
  KeySet set;
  ASSIGN_OR_RETURN(set.size_, CountKeys(bytes.size(), width));
  set.width_ = width;
  if (width == KeyWidth::k64Bits) {
    if (!set.FindVaryingBits(bytes.data(), stop)) return Stopped();
    set.packing_ = ChoosePacking(bytes.data(), set.varying_bits_);
  }
  const std::size_t padded_count =
      (set.size_ + 2 * kPaddingCount - 1) / kPaddingCount * kPaddingCount;
  set.keys_ = AlignedArray<std::uint32_t>(set.is_wide() ? 2 * padded_count
                                                        : padded_count);
  const bool read = set.is_wide() ? set.ReadWide(bytes, stop)
                                  : set.ReadPacked(bytes.data(), stop);
  if (!read) return Stopped();
  if (!set.is_distinct_) RETURN_IF_ERROR(set.CheckDistinct(stop));
  for (std::uint32_t* end = set.keys_.data() + set.size_;
       end <= set.keys_.data() + set.keys_.size(); end += padded_count) {
    std::fill(end, end + (padded_count - set.size_), end[-1]);
  }
  if (!set.FindZeroKeyBias(stop)) return Stopped();
  return set;
}

bool KeySet::FindVaryingBits(const std::uint8_t* bytes, const StopCheck* stop) {
  std::uint64_t first;
  std::memcpy(&first, bytes, sizeof(first));
  std::uint64_t varying = 0;
  const bool finished = InPieces(
      size_, kKeysBetweenStops, stop, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
          std::uint64_t key;
          std::memcpy(&key, bytes + i * sizeof(key), sizeof(key));
          varying |= key ^ first;
        }
      });
  varying_bits_ = varying;
  return finished;
}

bool KeySet::ReadPacked(const std::uint8_t* bytes, const StopCheck* stop) {
  // Packing keeps the order and distinctness, so the rest sees 32 bits only.
  const Kernel& kernel = BestKernel();
  const auto key_bytes = static_cast<std::size_t>(width_);
  const bool read = InPieces(
      size_, kKeysBetweenStops, stop, [&](std::size_t begin, std::size_t end) {
        const std::uint8_t* const from = bytes + begin * key_bytes;
        std::uint32_t* const to = keys_.data() + begin;
        if (width_ == KeyWidth::k32Bits) {
          std::memcpy(to, from, (end - begin) * key_bytes);
        } else {
          kernel.pack_keys(from, end - begin, packing_.mask, to);
        }
      });
  if (!read || !FindWhetherDistinct(stop)) return false;
  return is_distinct_ || Sort(stop);
}

// Or sorted keys that are not, which is found out later.
bool KeySet::FindWhetherDistinct(const StopCheck* stop) {
  const Kernel& kernel = BestKernel();
  const auto ascending =
      AreAll(size_, stop, [&](std::size_t begin, std::size_t end) {
        return kernel.is_ascending(keys_.data() + begin, end - begin);
      });
  is_distinct_ = ascending.value_or(false);
  return ascending.has_value();
}

bool KeySet::ReadWide(absl::Span<const std::uint8_t> bytes,
                      const StopCheck* stop) {
  AlignedArray<std::uint64_t> keys(size_);
  std::uint32_t* const low = keys_.data();
  std::uint32_t* const high = low + high_offset();
  const bool copied = InPieces(
      size_, kKeysBetweenStops, stop, [&](std::size_t begin, std::size_t end) {
        constexpr std::size_t kKeyBytes = sizeof(std::uint64_t);
        std::memcpy(keys.data() + begin, bytes.data() + begin * kKeyBytes,
                    (end - begin) * kKeyBytes);
      });
  if (!copied) return false;
  const auto sorted = IsSorted(keys.data(), size_, stop);
  if (!sorted) return false;
  input_was_sorted_ = *sorted;
  if (!*sorted && !SortKeys(absl::MakeSpan(keys.data(), size_), stop))
    return false;
  const auto distinct =
      AreAll(size_, stop, [&](std::size_t begin, std::size_t end) {
        std::uint64_t* const last = keys.data() + end;
        return std::adjacent_find(keys.data() + begin, last) == last;
      });
  if (!distinct) return false;
  is_distinct_ = *distinct;
  return InPieces(size_, kKeysBetweenStops, stop,
                  [&](std::size_t begin, std::size_t end) {
                    for (std::size_t i = begin; i < end; ++i) {
                      const std::uint64_t key = keys.data()[i];
                      low[i] = static_cast<std::uint32_t>(key);
                      high[i] = static_cast<std::uint32_t>(key >> 32);
                    }
                  });
}

std::uint64_t KeySet::varying_bits() const {
  if (width_ == KeyWidth::k64Bits) return varying_bits_;
  std::uint32_t varying = 0;
  for (const std::uint32_t key : keys()) varying |= key ^ keys_.data()[0];
  return varying;
}

bool KeySet::Sort(const StopCheck* stop) {
  const auto sorted = IsSorted(keys_.data(), size_, stop);
  if (!sorted) return false;
  input_was_sorted_ = *sorted;
  return *sorted || SortKeys({keys_.data(), size_}, stop);
}

absl::Status KeySet::CheckDistinct(const StopCheck* stop) const {
  std::size_t first = size_;
  std::size_t first_count = 0;
  std::size_t surplus_count = 0;
  const bool finished = InPieces(
      size_, kKeysBetweenStops, stop, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = std::max<std::size_t>(begin, 1); i < end; ++i) {
          if (hashed_key(i) != hashed_key(i - 1)) continue;
          ++surplus_count;
          first = std::min(first, i - 1);
          if (hashed_key(i) == hashed_key(first)) ++first_count;
        }
      });
  if (!finished) return Stopped();
  if (surplus_count == 0) return absl::OkStatus();
  const std::uint64_t key = original_key(first);
  return WithReason(
      absl::InvalidArgumentError(absl::StrFormat(
          "key %d (0x%x) occurs %d times; keys must be distinct: remove the %d "
          "surplus one(s) of this set",
          key, key, first_count + 1, surplus_count)),
      "DUPLICATE_KEYS");
}

bool KeySet::FindZeroKeyBias(const StopCheck* stop) {
  if (hashed_key(0) != 0) return true;
  // key + bias is 0 for key = 2^32 - bias, or 2^64 - bias: go down from the
  // largest key.
  const std::uint64_t mask =
      is_wide() ? KeyPacking::kWideMask : KeyPacking().mask;
  zero_key_bias_ = 1;
  for (std::size_t i = size_;
       i-- > 0 && hashed_key(i) == (-std::uint64_t{zero_key_bias_} & mask);) {
    ++zero_key_bias_;
    if (i % kKeysBetweenStops == 0 && IsStopped(stop)) return false;
  }
  return true;
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
