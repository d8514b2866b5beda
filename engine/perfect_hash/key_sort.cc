#include "engine/perfect_hash/key_sort.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace perfecthash {
namespace {

// Up to so many keys are sorted by comparing, without a look at the stop.
constexpr std::size_t kComparedMax = 2048;
constexpr std::size_t kKeysBetweenStops = 16 * 1024;
constexpr std::size_t kBucketCount = 256;
using Buckets = std::array<std::size_t, kBucketCount>;

template <typename Key>
std::size_t BucketOf(Key key, int shift) {
  return static_cast<std::size_t>(key >> shift & 0xff);
}

// Moves every key into its bucket. `next` and `end` are the places of the
// buckets; next becomes end. False if stopped.
template <typename Key>
bool Part(absl::Span<Key> keys, int shift, Buckets& next, const Buckets& end,
          const StopCheck* stop) {
  std::size_t moved_count = 0;
  for (std::size_t bucket = 0; bucket < kBucketCount; ++bucket) {
    while (next[bucket] < end[bucket]) {
      Key key = keys[next[bucket]];
      // From one key in a wrong place to the next, till one belongs here.
      for (std::size_t own = BucketOf(key, shift); own != bucket;
           own = BucketOf(key, shift)) {
        std::swap(key, keys[next[own]++]);
        if (++moved_count % kKeysBetweenStops == 0 && IsStopped(stop)) {
          return false;
        }
      }
      keys[next[bucket]++] = key;
    }
    if (IsStopped(stop)) return false;
  }
  return true;
}

template <typename Key>
bool SortFrom(absl::Span<Key> keys, int shift, const StopCheck* stop) {
  if (IsStopped(stop)) return false;
  if (keys.size() <= kComparedMax) {
    std::sort(keys.begin(), keys.end());
    return true;
  }
  Buckets counts = {};
  const bool counted = InPieces(keys.size(), kKeysBetweenStops, stop,
                                [&](std::size_t begin, std::size_t end) {
                                  for (std::size_t i = begin; i < end; ++i) {
                                    ++counts[BucketOf(keys[i], shift)];
                                  }
                                });
  if (!counted) return false;
  Buckets next, end;
  std::size_t place = 0;
  for (std::size_t bucket = 0; bucket < kBucketCount; ++bucket) {
    next[bucket] = place;
    place += counts[bucket];
    end[bucket] = place;
  }
  if (!Part(keys, shift, next, end, stop)) return false;
  if (shift == 0) return true;  // the keys of a bucket are equal
  for (std::size_t bucket = 0; bucket < kBucketCount; ++bucket) {
    if (counts[bucket] < 2) continue;
    const auto part =
        keys.subspan(end[bucket] - counts[bucket], counts[bucket]);
    if (!SortFrom(part, shift - 8, stop)) return false;
  }
  return true;
}

}  // namespace

bool SortKeys(absl::Span<std::uint32_t> keys, const StopCheck* stop) {
  return SortFrom(keys, 24, stop);
}

bool SortKeys(absl::Span<std::uint64_t> keys, const StopCheck* stop) {
  return SortFrom(keys, 56, stop);
}

}  // namespace perfecthash
