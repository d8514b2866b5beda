#include "engine/pipeline/key_reading.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "engine/base/error_reason.h"
#include "engine/base/mapped_file.h"
#include "engine/base/status_macros.h"
#include "engine/io/whole_file.h"
#include "engine/memory/buffer_pool.h"
#include "engine/perfect_hash/graph_size.h"
#include "engine/perfect_hash/solver.h"
#include "engine/pipeline/lane_scratch.h"
#include "engine/pipeline/table_stop.h"

namespace perfecthash {
namespace {

constexpr std::size_t kWriteChunkBytesMax = std::size_t{256} << 10;

std::uint64_t KeyFileBytesMax(const TableContext& context) {
  return std::uint64_t{kKeyCountMax} *
         static_cast<std::uint64_t>(context.request.options->key_width);
}

std::uint64_t KeyCount(const TableContext& context, std::uint64_t key_bytes) {
  const auto width =
      static_cast<std::uint64_t>(context.request.options->key_width);
  return std::clamp<std::uint64_t>(key_bytes / width, 1, kKeyCountMax);
}

bool WritesFiles(const TableContext& context) {
  return context.request.options->file_io != FileIo::kNone &&
         !context.request.output_directory.empty();
}

// Doublings to provide for. Options that no graph can have are refused later,
// by the solver.
int ResizesMax(const SolverOptions& options, std::uint64_t key_count) {
  int resizes = std::clamp(
      std::max(options.initial_table_resizes, options.max_table_resizes), 0,
      kTableResizesMax);
  while (resizes > 0 && !GraphSize::Fits(key_count, resizes)) --resizes;
  return resizes;
}

// What a table uses at once.
struct TableNeed {
  std::uint64_t fixed_bytes = 0;
  std::uint64_t lane_bytes = 0;  // of each lane

  std::uint64_t BytesWith(int lanes) const {
    return fixed_bytes + static_cast<std::uint64_t>(lanes) * lane_bytes;
  }
};

TableNeed NeedOf(const TableContext& context, std::uint64_t key_bytes) {
  const std::uint64_t key_count = KeyCount(context, key_bytes);
  SolverOptions options = context.request.options->solver;
  const bool is_best_graph = context.request.options->best_graph.has_value();
  if (is_best_graph && options.search == SeedSearch::kAuto) {
    options.search = SeedSearch::kPool;  // as SolveTable does
  }
  const int resizes = ResizesMax(options, key_count);
  const GraphSize size = GraphSize::For(key_count, resizes);
  const std::uint64_t shared_bytes =
      SolvingBytes(options, key_count, resizes, 0);
  TableNeed need;
  // The file's bytes, the keys as the solver wants them, what the lanes share,
  // the table.
  const std::uint64_t table_bytes =
      std::uint64_t{size.vertex_count} *
      static_cast<std::uint64_t>(size.entry_bytes());
  need.fixed_bytes = BufferPool::CapacityFor(key_bytes) +
                     key_count * static_cast<std::uint64_t>(
                                     context.request.options->key_width) +
                     shared_bytes + table_bytes;
  if (WritesFiles(context)) need.fixed_bytes += WriteChunkBytes(key_count);
  need.lane_bytes = SolvingBytes(options, key_count, resizes, 1) - shared_bytes;
  if (is_best_graph) {
    // The first solution is kept, and each lane makes a table to be measured.
    need.fixed_bytes += table_bytes;
    need.lane_bytes += table_bytes + ForestScratchBytes(size);
  }
  return need;
}

// As many lanes as may run at once, but for the second and later ones no more
// than half of the memory: they shall not keep all other tables waiting.
int LanesWithin(const TableContext& context, const TableNeed& need) {
  std::uint64_t capacity_bytes = context.engine_memory.capacity_bytes();
  if (context.job_memory != nullptr) {
    capacity_bytes =
        std::min(capacity_bytes, context.job_memory->capacity_bytes());
  }
  int lanes = context.node.worker_slot_count();
  const int lanes_max = context.request.options->lanes.max;
  if (lanes_max > 0) lanes = std::min(lanes, lanes_max);
  while (lanes > 1 && need.BytesWith(lanes) > capacity_bytes / 2) --lanes;
  return lanes;
}

absl::Status MemoryError(const absl::Status& status, const char* whose) {
  if (status.code() == absl::StatusCode::kCancelled) {
    return WithReason(status, "CANCELLED");
  }
  return WithReason(
      absl::Status(status.code(),
                   absl::StrCat(whose, ": ", std::string(status.message()))),
      "MEMORY_LIMIT");
}

// Gives up lanes before the table fails: the job's limit may be lowered while
// it waits.
Task<absl::Status> ReserveOfJob(TableContext& context, TableMemory& memory,
                                const TableNeed& need, int& lanes) {
  lanes = LanesWithin(context, need);
  if (context.job_memory == nullptr) co_return absl::OkStatus();
  while (true) {
    auto of_job = co_await context.job_memory->Reserve(
        need.BytesWith(lanes), context.node.port(), context.cancel);
    if (of_job.ok()) {
      memory.of_job = *std::move(of_job);
      co_return absl::OkStatus();
    }
    const int fewer = LanesWithin(context, need);
    // The limit may have been raised again meanwhile.
    const bool fits =
        absl::IsResourceExhausted(of_job.status()) &&
        need.BytesWith(fewer) <= context.job_memory->capacity_bytes();
    if (fewer >= lanes && !fits) {
      co_return MemoryError(of_job.status(), "the job's memory limit");
    }
    lanes = fewer;
  }
}

Task<absl::Status> ReserveMemory(TableContext& context, TableMemory& memory,
                                 std::uint64_t key_bytes) {
  const TableStage stage = context.activity.stage();
  context.activity.Enter(TableStage::kMemory, context.node.Now());
  const TableNeed need = NeedOf(context, key_bytes);
  memory.lane_bytes = need.lane_bytes;
  int lanes = 1;
  CO_RETURN_IF_ERROR(co_await ReserveOfJob(context, memory, need, lanes));
  if (LaneScratch::IsLarge(need.lane_bytes)) memory.lanes_max = lanes;
  auto of_engine = co_await context.engine_memory.Reserve(
      need.BytesWith(lanes), context.node.port(), context.cancel);
  if (!of_engine.ok()) {
    co_return MemoryError(of_engine.status(), "the engine's memory limit");
  }
  memory.of_engine = *std::move(of_engine);
  context.activity.Enter(stage, context.node.Now());
  co_return absl::OkStatus();
}

// In one of the node's buffers, once memory is reserved for all of the table.
Task<absl::StatusOr<Buffer>> TakeKeyBuffer(TableContext& context,
                                           TableMemory& memory,
                                           std::size_t size_bytes) {
  CO_RETURN_IF_ERROR(co_await ReserveMemory(context, memory, size_bytes));
  if (memory.of_job.waited() || memory.of_engine.waited()) {
    context.node.pool().CountWait(size_bytes);
  }
  co_return TakeBuffer(context, size_bytes, "key file");
}

// Takes the buffer for a key file once the size of the file is known.
class KeyFileDestination : public ReadDestination {
 public:
  KeyFileDestination(TableContext& context, TableMemory& memory)
      : context_(context), memory_(memory) {}

  Task<absl::StatusOr<absl::Span<std::uint8_t>>> Reserve(
      std::uint64_t size_bytes) override {
    CO_ASSIGN_OR_RETURN(buffer_,
                        co_await TakeKeyBuffer(context_, memory_, size_bytes));
    co_return buffer_.span();
  }
  void NotePiece() override {
    context_.activity.NoteProgress(context_.node.Now());
  }

  const Buffer& buffer() const { return buffer_; }

 private:
  TableContext& context_;
  TableMemory& memory_;
  Buffer buffer_;
};

absl::StatusOr<KeySet> ParseKeys(const TableContext& context,
                                 absl::Span<const std::uint8_t> bytes) {
  const TableStop stop(context);
  absl::StatusOr<KeySet> keys =
      KeySet::Parse(bytes, context.request.options->key_width, &stop);
  if (keys.ok() || !ReasonOf(keys.status()).empty()) return keys;
  const bool is_cancelled = absl::IsCancelled(keys.status());
  return WithReason(keys.status(), is_cancelled ? "CANCELLED" : "KEYS_INVALID");
}

absl::Status Unreadable(const absl::Status& status) {
  if (!ReasonOf(status).empty()) return status;
  const bool cancelled = status.code() == absl::StatusCode::kCancelled;
  return WithReason(status, cancelled ? "CANCELLED" : "KEYS_UNREADABLE");
}

Task<absl::StatusOr<KeySet>> ReadOverlapped(TableContext& context,
                                            TableMemory& memory,
                                            const std::string& path) {
  KeyFileDestination destination(context, memory);
  auto size_bytes = co_await ReadWholeFile(context.node.port(), path,
                                           KeyFileBytesMax(context),
                                           destination, context.cancel);
  if (!size_bytes.ok()) co_return Unreadable(size_bytes.status());
  co_return ParseKeys(context,
                      destination.buffer().span().subspan(0, *size_bytes));
}

Task<absl::StatusOr<KeySet>> ReadMapped(TableContext& context,
                                        TableMemory& memory,
                                        const std::string& path) {
  auto file = MappedFile::Open(path, KeyFileBytesMax(context));
  if (!file.ok()) co_return Unreadable(file.status());
  const std::size_t size_bytes = file->bytes().size();
  CO_ASSIGN_OR_RETURN(Buffer buffer,
                      co_await TakeKeyBuffer(context, memory, size_bytes));
  const absl::Status copied = file->CopyTo(buffer.span());
  if (!copied.ok()) {
    co_return Unreadable(
        absl::Status(copied.code(),
                     absl::StrCat(path, ": ", std::string(copied.message()))));
  }
  co_return ParseKeys(context, buffer.span().first(size_bytes));
}

}  // namespace

absl::StatusOr<Buffer> TakeBuffer(TableContext& context, std::size_t bytes,
                                  const char* purpose) {
  absl::StatusOr<Buffer> buffer = context.node.pool().Take(bytes, purpose);
  if (absl::IsResourceExhausted(buffer.status())) {
    return WithReason(buffer.status(), "MEMORY_LIMIT");
  }
  return buffer;
}

std::size_t WriteChunkBytes(std::uint64_t key_count) {
  // Generated text takes some 40 bytes a key; small tables fit in one chunk.
  return BufferPool::CapacityFor(
      std::min<std::uint64_t>(kWriteChunkBytesMax, 8192 + 40 * key_count));
}

Task<absl::StatusOr<KeySet>> ReadKeys(TableContext& context,
                                      TableMemory& memory) {
  context.activity.Enter(TableStage::kRead, context.node.Now());
  if (const auto* inline_keys = std::get_if<KeyBytes>(&context.request.keys)) {
    CO_RETURN_IF_ERROR(
        co_await ReserveMemory(context, memory, inline_keys->bytes->size()));
    co_return ParseKeys(context, *inline_keys->bytes);
  }
  const std::string& path = std::get<KeyFile>(context.request.keys).path;
  if (context.request.options->file_io == FileIo::kMapped) {
    co_return co_await ReadMapped(context, memory, path);
  }
  co_return co_await ReadOverlapped(context, memory, path);
}

}  // namespace perfecthash
