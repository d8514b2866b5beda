#include "engine/codegen/generator.h"

#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "engine/base/byte_source.h"
#include "engine/codegen/c_header.h"
#include "engine/codegen/c_source.h"
#include "engine/codegen/c_table.h"
#include "engine/codegen/c_test_program.h"
#include "engine/codegen/identifier.h"
#include "engine/codegen/number_source.h"

namespace perfecthash {
namespace {

using Sections = std::vector<std::unique_ptr<ByteSource>>;

template <typename Read>
std::unique_ptr<ByteSource> Numbers(std::size_t count, Read read) {
  return std::make_unique<NumberSource<Read>>(count, std::move(read));
}

template <typename Entry>
std::unique_ptr<ByteSource> EntriesOf(const Table& table) {
  const auto* const entries =
      reinterpret_cast<const Entry*>(table.assigned().data());
  return Numbers(table.parameters().size.vertex_count,
                 [entries](std::size_t i) { return entries[i]; });
}

std::unique_ptr<ByteSource> Entries(const Table& table) {
  switch (table.parameters().size.entry_bytes()) {
    case 1:
      return EntriesOf<std::uint8_t>(table);
    case 2:
      return EntriesOf<std::uint16_t>(table);
    default:
      return EntriesOf<std::uint32_t>(table);
  }
}

std::unique_ptr<ByteSource> KeyDifferences(const KeySet& keys) {
  return Numbers(keys.size(),
                 [&keys, last = std::uint64_t{0}](std::size_t rank) mutable {
                   const std::uint64_t key = keys.original_key(rank);
                   return key - std::exchange(last, key);
                 });
}

GeneratedFile TextFile(std::string filename, std::string text) {
  Sections sections;
  sections.push_back(std::make_unique<TextSource>(std::move(text)));
  return GeneratedFile(std::move(filename), ArtifactKind::kC,
                       std::move(sections));
}

GeneratedFile NumberFile(std::string filename, CFrame frame,
                         std::unique_ptr<ByteSource> numbers) {
  Sections sections;
  sections.push_back(std::make_unique<TextSource>(std::move(frame.before)));
  sections.push_back(std::move(numbers));
  sections.push_back(std::make_unique<TextSource>(std::move(frame.after)));
  return GeneratedFile(std::move(filename), ArtifactKind::kC,
                       std::move(sections));
}

GeneratedFile BinaryFile(std::string filename, const Table& table,
                         const TableFileFrame& frame) {
  std::string header(sizeof(frame.header), '\0');
  std::memcpy(header.data(), &frame.header, sizeof(frame.header));
  Sections sections;
  sections.push_back(std::make_unique<TextSource>(std::move(header)));
  sections.push_back(std::make_unique<MemorySource>(table.assigned()));
  sections.push_back(std::make_unique<TextSource>(
      std::string(frame.checksum.begin(), frame.checksum.end())));
  return GeneratedFile(std::move(filename), ArtifactKind::kTable,
                       std::move(sections));
}

}  // namespace

GeneratedTable Generate(const Table& table, const KeySet& keys,
                        std::string_view name,
                        const GeneratorOptions& options) {
  const TableFileFrame frame = MakeTableFileFrame(table);
  return Generate({.table = table, .keys = keys, .frame = frame}, name,
                  options);
}

GeneratedTable Generate(const FramedTable& framed, std::string_view name,
                        const GeneratorOptions& options) {
  const Table& table = framed.table;
  const TableFileFrame& frame = framed.frame;
  const std::string identifier = IdentifierFromFileName(name);
  GeneratedTable generated;
  generated.digest = frame.digest;
  if (options.c) {
    const CTable c(identifier, table.parameters(), frame.digest);
    const CInterface parts =
        options.index_only ? CInterface::kIndex : CInterface::kIndexAndValues;
    generated.files.push_back(
        TextFile(identifier + ".h", RenderCHeader(c, parts)));
    generated.files.push_back(
        NumberFile(identifier + ".c", RenderCSource(c, parts), Entries(table)));
    generated.files.push_back(NumberFile(identifier + "_test.c",
                                         RenderCTestProgram(c, parts),
                                         KeyDifferences(framed.keys)));
    generated.files.push_back(TextFile("CMakeLists.txt", RenderCMakeLists(c)));
  }
  if (options.table) {
    generated.files.push_back(BinaryFile(identifier + ".pht", table, frame));
  }
  return generated;
}

}  // namespace perfecthash
