#include "engine/pipeline/table_writing.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/byte_source.h"
#include "engine/base/error_reason.h"
#include "engine/base/sha256.h"
#include "engine/base/status_macros.h"
#include "engine/io/file.h"
#include "engine/io/mapped_write.h"
#include "engine/io/whole_file.h"
#include "engine/pipeline/key_reading.h"

namespace perfecthash {
namespace {

// Hashes a file's bytes on their way to the disk. Whoever asks for more bytes
// has written those before.
class HashingSource : public ByteSource {
 public:
  HashingSource(ByteSource& source, TableContext& context)
      : source_(source), context_(context) {}

  std::size_t Fill(absl::Span<std::uint8_t> out) override {
    context_.activity.NoteProgress(context_.node.Now());
    const std::size_t count = source_.Fill(out);
    sha256_.Update(out.subspan(0, count));
    return count;
  }

  Sha256Digest Finish() { return sha256_.Finish(); }

 private:
  ByteSource& source_;
  TableContext& context_;
  Sha256Stream sha256_;
};

std::string PathOf(const TableContext& context, const std::string& filename) {
  return absl::StrCat(context.request.output_directory, "/", filename);
}

absl::Status Unwritable(const absl::Status& status) {
  if (status.code() == absl::StatusCode::kCancelled) {
    return WithReason(status, "CANCELLED");
  }
  return WithReason(status, "WRITE_FAILED");
}

Task<absl::StatusOr<WrittenFile>> WriteFile(TableContext& context,
                                            GeneratedFile& file,
                                            absl::Span<std::uint8_t> chunk) {
  const std::string path = PathOf(context, file.filename());
  CompletionPort& port = context.node.port();
  HashingSource source(file, context);
  absl::StatusOr<std::uint64_t> size_bytes = 0;
  if (context.request.options->file_io == FileIo::kMapped) {
    size_bytes =
        WriteMappedFile(path, source, chunk, port.NextSerial(), context.cancel);
  } else {
    size_bytes =
        co_await WriteWholeFile(port, path, source, chunk, context.cancel);
  }
  if (!size_bytes.ok()) co_return Unwritable(size_bytes.status());
  co_return WrittenFile{file.filename(), *size_bytes, source.Finish()};
}

// Best effort: the error that led here is the one to report.
Task<> RemoveFiles(TableContext& context,
                   const std::vector<WrittenFile>& written) {
  for (const WrittenFile& file : written) {
    (void)co_await UnlinkFile(context.node.port(),
                              PathOf(context, file.filename));
  }
}

}  // namespace

Task<absl::StatusOr<std::vector<WrittenFile>>> WriteFiles(
    TableContext& context, std::vector<GeneratedFile>& files,
    std::size_t chunk_bytes) {
  context.activity.Enter(TableStage::kWrite, context.node.Now());
  absl::Status made = co_await MakeDirectories(
      context.node.port(), context.request.output_directory, context.cancel);
  if (!made.ok()) co_return Unwritable(made);
  CO_ASSIGN_OR_RETURN(Buffer chunk,
                      TakeBuffer(context, chunk_bytes, "generated files"));
  std::vector<WrittenFile> written;
  for (GeneratedFile& file : files) {
    auto result = co_await WriteFile(context, file, chunk.span());
    if (!result.ok()) {
      co_await RemoveFiles(context, written);
      co_return result.status();
    }
    written.push_back(*std::move(result));
  }
  co_return written;
}

}  // namespace perfecthash
