#include "engine/codegen/table_file.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

// The array and the header are used as they lie in the file.
static_assert(std::endian::native == std::endian::little);

absl::Span<const std::uint8_t> BytesOf(const TableFileHeader& header) {
  return {reinterpret_cast<const std::uint8_t*>(&header), sizeof(header)};
}

absl::Status Invalid(const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("not a table file: ", what));
}

// The errors of a field name it with what it is and what it should be.
absl::Status Expect(bool fine, std::string_view field, std::uint64_t value,
                    const std::string& expected) {
  if (fine) return absl::OkStatus();
  return Invalid(
      absl::StrCat(std::string(field), " is ", value, ", expected ", expected));
}

absl::Status CheckFormat(const TableFileHeader& header) {
  if (header.magic != kTableFileMagic) {
    return Invalid("it does not begin with \\x89PHT");
  }
  RETURN_IF_ERROR(Expect(
      header.byte_order == kTableFileByteOrder, "byte order", header.byte_order,
      absl::StrCat(kTableFileByteOrder, " (little-endian)")));
  if (header.version != kTableFileVersion) {
    return absl::UnimplementedError(absl::StrCat(
        "table file of version ", header.version, "; this program reads ",
        kTableFileVersion, ": generate the table again"));
  }
  return Expect(header.header_bytes == kTableFileHeaderBytes, "header size",
                header.header_bytes, absl::StrCat(kTableFileHeaderBytes));
}

absl::Status CheckSize(const TableFileHeader& header) {
  RETURN_IF_ERROR(
      Expect(header.key_count >= 1 && header.key_count <= kKeyCountMax,
             "key count", header.key_count, absl::StrCat("1..", kKeyCountMax)));
  // Of all graphs for so many keys this is the one with as many vertices.
  int resizes = 0;
  while (resizes < kTableResizesMax &&
         GraphSize::Fits(header.key_count, resizes + 1) &&
         GraphSize::For(header.key_count, resizes).vertex_count <
             header.vertex_count) {
    ++resizes;
  }
  const GraphSize size = GraphSize::For(header.key_count, resizes);
  RETURN_IF_ERROR(Expect(header.edge_count == size.edge_count, "edge count",
                         header.edge_count, absl::StrCat(size.edge_count)));
  RETURN_IF_ERROR(Expect(header.vertex_count == size.vertex_count,
                         "vertex count", header.vertex_count,
                         absl::StrCat(size.vertex_count)));
  const auto entry_bytes = static_cast<std::uint32_t>(size.entry_bytes());
  RETURN_IF_ERROR(Expect(header.entry_bytes == entry_bytes, "entry size",
                         header.entry_bytes, absl::StrCat(entry_bytes)));
  const std::uint64_t assigned_bytes =
      std::uint64_t{size.vertex_count} * entry_bytes;
  return Expect(header.assigned_bytes == assigned_bytes, "array size",
                header.assigned_bytes, absl::StrCat(assigned_bytes));
}

absl::Status CheckKeys(const TableFileHeader& header) {
  RETURN_IF_ERROR(Expect(header.key_bytes == 4 || header.key_bytes == 8,
                         "key size", header.key_bytes, "4 or 8"));
  const bool is_wide = header.pack_mask == KeyPacking::kWideMask;
  RETURN_IF_ERROR(Expect(
      (is_wide || std::popcount(header.pack_mask) <= 32) &&
          (header.key_bytes == 8 || header.pack_mask == KeyPacking().mask),
      "pack mask", header.pack_mask, "at most 32 bits, or all"));
  return Expect((header.constant_bits & header.pack_mask) == 0 &&
                    (header.key_bytes == 8 || header.constant_bits == 0),
                "constant bits", header.constant_bits,
                "none under the pack mask");
}

// Null when there is none of that name.
const HashFunction* FunctionOf(const TableFileHeader& header) {
  const auto& text = header.hash_function;
  const std::string_view name(
      text.data(), std::find(text.begin(), text.end(), '\0') - text.begin());
  const bool padded = std::all_of(text.begin() + name.size(), text.end(),
                                  [](char c) { return c == '\0'; });
  return padded ? FindHashFunction(name) : nullptr;
}

absl::Status CheckFunction(const TableFileHeader& header) {
  const HashFunction* const function = FunctionOf(header);
  if (function == nullptr) {
    return absl::UnimplementedError(
        "table file of a hash function that this program does not know");
  }
  if (header.pack_mask == KeyPacking::kWideMask &&
      !function->takes_wide_keys()) {
    return Invalid("its hash function does not take keys of 64 bits");
  }
  const auto seed_count = static_cast<std::uint32_t>(function->seed_count);
  RETURN_IF_ERROR(Expect(header.seed_count == seed_count, "seed count",
                         header.seed_count, absl::StrCat(seed_count)));
  const bool zeros =
      std::all_of(header.seeds.begin() + seed_count, header.seeds.end(),
                  [](std::uint32_t seed) { return seed == 0; }) &&
      std::all_of(header.reserved.begin(), header.reserved.end(),
                  [](std::uint8_t byte) { return byte == 0; });
  return zeros ? absl::OkStatus() : Invalid("reserved bytes are not zero");
}

// All but the checksum.
absl::Status CheckHeader(const TableFileHeader& header,
                         std::uint64_t file_bytes) {
  RETURN_IF_ERROR(CheckFormat(header));
  RETURN_IF_ERROR(CheckSize(header));
  RETURN_IF_ERROR(CheckKeys(header));
  RETURN_IF_ERROR(CheckFunction(header));
  const std::uint64_t expected =
      kTableFileHeaderBytes + header.assigned_bytes + sizeof(Sha256Digest);
  return Expect(file_bytes == expected, "file size", file_bytes,
                absl::StrCat(expected));
}

TableParameters ParametersOf(const TableFileHeader& header) {
  const HashFunction& function = *FunctionOf(header);
  TableParameters parameters;
  parameters.function = function.id;
  parameters.seeds.count = function.seed_count;
  std::copy_n(header.seeds.begin(), function.seed_count,
              parameters.seeds.values.begin());
  parameters.size.edge_count = header.edge_count;
  parameters.size.vertex_count = header.vertex_count;
  parameters.hash = MakeHashParameters(function, parameters.seeds,
                                       header.vertex_count, header.key_bias);
  parameters.key_count = header.key_count;
  parameters.table_resizes =
      std::countr_zero(header.vertex_count / header.edge_count) - 1;
  parameters.key_width = static_cast<KeyWidth>(header.key_bytes);
  parameters.packing = {.mask = header.pack_mask,
                        .constant_bits = header.constant_bits};
  parameters.hash.keys_are_wide = parameters.packing.is_wide();
  return parameters;
}

TableFileHeader HeaderOf(const TableParameters& parameters) {
  const HashFunction& function = GetHashFunction(parameters.function);
  TableFileHeader header = {};
  header.magic = kTableFileMagic;
  header.version = kTableFileVersion;
  header.header_bytes = kTableFileHeaderBytes;
  header.byte_order = kTableFileByteOrder;
  header.key_bytes = static_cast<std::uint32_t>(parameters.key_width);
  CHECK(function.name.size() <= header.hash_function.size());
  function.name.copy(header.hash_function.data(), function.name.size());
  header.key_count = parameters.key_count;
  header.edge_count = parameters.size.edge_count;
  header.vertex_count = parameters.size.vertex_count;
  header.entry_bytes =
      static_cast<std::uint32_t>(parameters.size.entry_bytes());
  header.key_bias = parameters.hash.key_bias;
  header.seed_count = static_cast<std::uint32_t>(parameters.seeds.count);
  std::copy_n(parameters.seeds.values.begin(), parameters.seeds.count,
              header.seeds.begin());
  header.pack_mask = parameters.packing.mask;
  header.constant_bits = parameters.packing.constant_bits;
  header.assigned_bytes = parameters.assigned_bytes();
  return header;
}

}  // namespace

std::optional<TableFileFrame> MakeTableFileFrame(const Table& table,
                                                 const StopCheck* stop) {
  constexpr std::size_t kBytesBetweenStops = std::size_t{1} << 20;
  const absl::Span<const std::uint8_t> assigned = table.assigned();
  TableFileFrame frame;
  frame.header = HeaderOf(table.parameters());
  Sha256Stream stream;
  stream.Update(BytesOf(frame.header));
  const bool hashed =
      InPieces(assigned.size(), kBytesBetweenStops, stop,
               [&](std::size_t begin, std::size_t end) {
                 stream.Update(assigned.subspan(begin, end - begin));
               });
  if (!hashed) return std::nullopt;
  frame.checksum = stream.Peek();
  stream.Update(frame.checksum);
  frame.digest = stream.Finish();
  return frame;
}

absl::StatusOr<TableFileView> ParseTableFile(
    absl::Span<const std::uint8_t> bytes) {
  CHECK(reinterpret_cast<std::uintptr_t>(bytes.data()) % 4 == 0);
  TableFileHeader header;
  if (bytes.size() < sizeof(header) + sizeof(Sha256Digest)) {
    return Invalid(absl::StrCat("it has only ", bytes.size(), " bytes"));
  }
  std::memcpy(&header, bytes.data(), sizeof(header));
  RETURN_IF_ERROR(CheckHeader(header, bytes.size()));

  const auto checked = bytes.first(bytes.size() - sizeof(Sha256Digest));
  const auto checksum = bytes.last(sizeof(Sha256Digest));
  Sha256Stream stream;
  stream.Update(checked);
  const Sha256Digest expected = stream.Peek();
  if (!std::equal(checksum.begin(), checksum.end(), expected.begin())) {
    return absl::DataLossError("the checksum of the table file is wrong");
  }
  stream.Update(checksum);
  return TableFileView{.parameters = ParametersOf(header),
                       .assigned = checked.subspan(kTableFileHeaderBytes),
                       .digest = stream.Finish()};
}

}  // namespace perfecthash
