#include "engine/memory/buffer_pool.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/status_macros.h"

namespace perfecthash {

// The bookkeeping of one buffer. Guarded by the pool's mutex, but for what
// never changes while a Buffer holds it: pool, class, pages.
struct BufferRecord {
  BufferPool* pool;
  std::size_t class_index;
  NodePages pages;
  const char* purpose = nullptr;  // null while idle
  BufferRecord* next_free = nullptr;
  std::list<BufferRecord>::iterator self;
};

void Buffer::Return() {
  if (record_ == nullptr) return;
  BufferRecord* const record = std::exchange(record_, nullptr);
  data_ = nullptr;
  capacity_bytes_ = 0;
  record->pool->Return(record);
}

BufferPool::BufferPool(const Topology& topology, const NumaNode& node,
                       Options options)
    : topology_(topology), node_(node), options_(std::move(options)) {}

BufferPool::~BufferPool() {
  const absl::Status status = Rundown();
  CHECK(status.ok());
}

absl::StatusOr<Buffer> BufferPool::Take(std::size_t bytes,
                                        const char* purpose) {
  if (bytes > kCapacityBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("a buffer of ", bytes, " bytes (", purpose,
                     ") is beyond the limit of ", kCapacityBytesMax));
  }
  const std::size_t class_index = ClassOf(CapacityFor(bytes));
  std::list<BufferRecord> freed;
  {
    MutexLock lock(mutex_);
    RETURN_IF_ERROR(CheckOpen(purpose));
    SizeClass& size_class = classes_[class_index];
    size_class.touched = true;
    if (size_class.free != nullptr) {
      BufferRecord& record =
          *std::exchange(size_class.free, size_class.free->next_free);
      ++size_class.hits;
      return Lend(record, purpose);
    }
    if (payload_bytes_ + CapacityOf(class_index) > options_.payload_bytes_max) {
      for (std::size_t i = 0; i < kClassCount; ++i) RemoveIdle(i, freed);
    }
  }
  freed.clear();
  return Grow(class_index, purpose);
}

absl::StatusOr<Buffer> BufferPool::Grow(std::size_t class_index,
                                        const char* purpose) {
  // Outside the lock: the system may take its time.
  const std::size_t bytes = CapacityOf(class_index);
  ASSIGN_OR_RETURN(
      NodePages pages,
      options_.pages
          ? options_.pages(topology_, node_, bytes, options_.guard)
          : NodePages::Allocate(topology_, node_, bytes, options_.guard));
  MutexLock lock(mutex_);
  RETURN_IF_ERROR(CheckOpen(purpose));
  SizeClass& size_class = classes_[class_index];
  BufferRecord& record =
      size_class.all.emplace_back(BufferRecord{.pool = this,
                                               .class_index = class_index,
                                               .pages = std::move(pages),
                                               .self = {}});
  record.self = std::prev(size_class.all.end());
  payload_bytes_ += bytes;
  ++size_class.misses;
  return Lend(record, purpose);
}

absl::Status BufferPool::CheckOpen(const char* purpose) const {
  if (!closed_) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "node ", node_.id, " is shutting down: no buffer for ", purpose));
}

Buffer BufferPool::Lend(BufferRecord& record, const char* purpose) {
  SizeClass& size_class = classes_[record.class_index];
  record.purpose = purpose;
  record.next_free = nullptr;
  ++size_class.in_use_count;
  size_class.in_use_count_max =
      std::max(size_class.in_use_count_max, size_class.in_use_count);
  Buffer buffer;
  buffer.record_ = &record;
  buffer.data_ = record.pages.data();
  buffer.capacity_bytes_ = record.pages.size_bytes();
  return buffer;
}

void BufferPool::Return(BufferRecord* record) {
  std::list<BufferRecord> freed;
  MutexLock lock(mutex_);
  SizeClass& size_class = classes_[record->class_index];
  record->purpose = nullptr;
  record->next_free = std::exchange(size_class.free, record);
  --size_class.in_use_count;
  if (closed_) RemoveIdle(record->class_index, freed);
}

void BufferPool::RemoveIdle(std::size_t class_index,
                            std::list<BufferRecord>& freed) {
  SizeClass& size_class = classes_[class_index];
  while (size_class.free != nullptr) {
    BufferRecord* const record =
        std::exchange(size_class.free, size_class.free->next_free);
    payload_bytes_ -= record->pages.size_bytes();
    freed.splice(freed.end(), size_class.all, record->self);
  }
}

void BufferPool::CountWait(std::size_t bytes) {
  MutexLock lock(mutex_);
  ++classes_[ClassOf(CapacityFor(bytes))].waits;
}

std::uint64_t BufferPool::Trim() {
  std::list<BufferRecord> freed;
  MutexLock lock(mutex_);
  const std::uint64_t before = payload_bytes_;
  for (std::size_t i = 0; i < kClassCount; ++i) RemoveIdle(i, freed);
  return before - payload_bytes_;
}

std::uint64_t BufferPool::TrimIdle() {
  std::list<BufferRecord> freed;
  MutexLock lock(mutex_);
  const std::uint64_t before = payload_bytes_;
  for (std::size_t i = ClassOf(kRegularBytesMax) + 1; i < kClassCount; ++i) {
    if (!std::exchange(classes_[i].touched, false)) RemoveIdle(i, freed);
  }
  return before - payload_bytes_;
}

absl::Status BufferPool::Rundown() {
  std::list<BufferRecord> freed;
  MutexLock lock(mutex_);
  closed_ = true;
  std::string out;
  for (std::size_t i = 0; i < kClassCount; ++i) {
    RemoveIdle(i, freed);
    std::map<std::string, int> purposes;
    for (const BufferRecord& record : classes_[i].all) {
      ++purposes[record.purpose];
    }
    for (const auto& [purpose, count] : purposes) {
      absl::StrAppend(&out, out.empty() ? "" : ", ", count, " x ",
                      CapacityOf(i), " bytes (", purpose, ")");
    }
  }
  if (out.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("buffers of node ", node_.id, " are still out: ", out));
}

BufferPoolStats BufferPool::Stats() const {
  BufferPoolStats stats;
  MutexLock lock(mutex_);
  for (std::size_t i = 0; i < kClassCount; ++i) {
    const SizeClass& size_class = classes_[i];
    if (size_class.hits + size_class.misses + size_class.waits == 0) continue;
    stats.classes.push_back(
        {.capacity_bytes = CapacityOf(i),
         .payload_bytes = size_class.all.size() * CapacityOf(i),
         .buffer_count = size_class.all.size(),
         .in_use_count = size_class.in_use_count,
         .in_use_count_max = size_class.in_use_count_max,
         .hits = size_class.hits,
         .misses = size_class.misses,
         .waits = size_class.waits});
    stats.in_use_bytes += size_class.in_use_count * CapacityOf(i);
  }
  stats.payload_bytes = payload_bytes_;
  return stats;
}

std::uint64_t BufferPool::payload_bytes() const {
  MutexLock lock(mutex_);
  return payload_bytes_;
}

}  // namespace perfecthash
