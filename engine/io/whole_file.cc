#include "engine/io/whole_file.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/status_macros.h"
#include "engine/io/file.h"
#include "engine/io/temporary_path.h"

namespace perfecthash {
namespace {

// How often a temporary name may be taken by a leftover of another program.
constexpr int kNameAttemptsMax = 8;

// A slow disk delivers as much in good time.
constexpr std::size_t kPieceBytes = std::size_t{16} << 20;

// Less than all of the memory at the end of the file.
Task<absl::StatusOr<std::size_t>> ReadPieces(File& file,
                                             absl::Span<std::uint8_t> memory,
                                             ReadDestination& destination) {
  std::size_t done = 0;
  while (done < memory.size()) {
    const auto piece = memory.subspan(done, kPieceBytes);
    CO_ASSIGN_OR_RETURN(const std::size_t count,
                        co_await file.ReadAt(done, piece));
    destination.NotePiece();
    done += count;
    if (count < piece.size()) break;
  }
  co_return done;
}

Task<absl::StatusOr<std::uint64_t>> ReadOpenFile(File& file,
                                                 std::uint64_t size_bytes_max,
                                                 ReadDestination& destination) {
  CO_ASSIGN_OR_RETURN(const std::uint64_t size_bytes, co_await file.Size());
  if (size_bytes > size_bytes_max) {
    co_return absl::ResourceExhaustedError(
        absl::StrCat(file.path(), " has ", size_bytes, " bytes; the limit is ",
                     size_bytes_max));
  }
  CO_ASSIGN_OR_RETURN(absl::Span<std::uint8_t> memory,
                      co_await destination.Reserve(size_bytes));
  CO_ASSIGN_OR_RETURN(
      const std::size_t count,
      co_await ReadPieces(file, memory.first(size_bytes), destination));
  if (count < size_bytes) {
    co_return absl::AbortedError(absl::StrCat(
        file.path(), " shrank from ", size_bytes, " to ", count,
        " bytes while it was read (try again when nobody writes it)"));
  }
  co_return size_bytes;
}

Task<absl::StatusOr<File>> CreateTemporary(CompletionPort& port,
                                           std::string path,
                                           CancellationToken token) {
  for (int attempt = 1;; ++attempt) {
    absl::StatusOr<File> file = co_await File::CreateExclusive(
        port, TemporaryPath(path, port.NextSerial()), token);
    const bool taken = absl::IsAlreadyExists(file.status());
    if (!taken || attempt == kNameAttemptsMax) co_return file;
  }
}

// Of which the first `count` bytes are in `chunk` already.
Task<absl::StatusOr<std::uint64_t>> WriteContent(File& file, ByteSource& source,
                                                 absl::Span<std::uint8_t> chunk,
                                                 std::size_t count,
                                                 CancellationToken token) {
  std::uint64_t size_bytes = 0;
  for (;;) {
    if (token.cancelled()) {
      co_return absl::CancelledError(
          absl::StrCat("cancelled while writing ", file.path()));
    }
    CO_RETURN_IF_ERROR(co_await file.WriteAt(size_bytes, chunk.first(count)));
    size_bytes += count;
    if (count < chunk.size()) co_return size_bytes;
    count = source.Fill(chunk);
  }
}

// The whole file in one operation. Where that fails, for whatever reason, it
// leaves nothing, and the steps one by one will tell the reason.
Task<bool> StoreFile(CompletionPort& port, const std::string& path,
                     absl::Span<std::uint8_t> content,
                     CancellationToken token) {
  const std::string temporary = TemporaryPath(path, port.NextSerial());
  const OperationResult result =
      co_await Perform(port,
                       {.kind = OperationKind::kStoreFile,
                        .path = temporary.c_str(),
                        .new_path = path.c_str(),
                        .memory = content.data(),
                        .length = static_cast<std::uint32_t>(content.size())},
                       token);
  const bool stored = result.os_error == 0;
  const bool left_behind = !stored && result.value == 1;
  if (left_behind) (void)co_await UnlinkFile(port, temporary);
  co_return stored;
}

}  // namespace

Task<absl::StatusOr<std::uint64_t>> ReadWholeFile(CompletionPort& port,
                                                  std::string path,
                                                  std::uint64_t size_bytes_max,
                                                  ReadDestination& destination,
                                                  CancellationToken token) {
  CO_ASSIGN_OR_RETURN(File file,
                      co_await File::OpenForRead(port, std::move(path), token));
  absl::StatusOr<std::uint64_t> size_bytes =
      co_await ReadOpenFile(file, size_bytes_max, destination);
  const absl::Status closed = co_await file.Close();
  if (size_bytes.ok() && !closed.ok()) co_return closed;
  co_return size_bytes;
}

Task<absl::StatusOr<std::uint64_t>> WriteWholeFile(
    CompletionPort& port, std::string path, ByteSource& source,
    absl::Span<std::uint8_t> chunk, CancellationToken token) {
  CHECK(!chunk.empty() && chunk.size() <= kPieceBytes);
  const std::size_t count = source.Fill(chunk);
  if (count < chunk.size() &&
      co_await StoreFile(port, path, chunk.first(count), token)) {
    co_return count;
  }
  CO_ASSIGN_OR_RETURN(File file, co_await CreateTemporary(port, path, token));
  absl::StatusOr<std::uint64_t> size_bytes =
      co_await WriteContent(file, source, chunk, count, token);
  absl::Status status = size_bytes.status();
  const absl::Status closed = co_await file.Close();
  if (status.ok()) status = closed;
  if (status.ok()) status = co_await RenameFile(port, file.path(), path);
  if (status.ok()) co_return size_bytes;
  // The first error is the one that counts; that the temporary file cannot be
  // removed either follows from it.
  (void)co_await UnlinkFile(port, file.path());
  co_return status;
}

}  // namespace perfecthash
