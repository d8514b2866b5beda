#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/base/sha256.h"
#include "engine/perfect_hash/table.h"

namespace perfecthash {

// The binary table file, NAME.pht: what a program needs to look up keys in a
// mapped file, and nothing about the table's name, so that equal tables have
// equal files. All numbers are little-endian.
//
//   header          kTableFileHeaderBytes, below
//   assigned array  vertex_count entries of entry_bytes bytes
//   checksum        32 bytes: SHA-256 of all bytes before it
//
// Index of a key, with functions by their formula (HashFunction::formula):
//
//   key_bytes 8:  key = the bits of key under pack_mask, gathered into the low
//                 bits in order (x86's PEXT); with all bits set, key itself
//   (v1, v2)      = function(key + key_bias, seeds); the sum is modulo 2^32, or
//                 2^64 where pack_mask has all bits
//   index         = (assigned[v1] + assigned[v2]) & (edge_count - 1)
struct TableFileHeader {
  std::array<std::uint8_t, 8> magic;  // kTableFileMagic
  std::uint32_t version;              // kTableFileVersion
  std::uint32_t header_bytes;         // where the assigned array begins
  std::uint32_t byte_order;           // kTableFileByteOrder
  std::uint32_t key_bytes;            // 4 or 8
  // Of HashFunction, padded with zeros; the longest have no room for one.
  // Functions are known by their names; numbers for them would have to be kept
  // in step for ever.
  std::array<char, 24> hash_function;
  std::uint32_t key_count;
  std::uint32_t edge_count;    // a power of two
  std::uint32_t vertex_count;  // a power of two
  std::uint32_t entry_bytes;   // 1, 2 or 4
  std::uint32_t key_bias;
  std::uint32_t seed_count;
  std::array<std::uint32_t, 8> seeds;  // zero past seed_count
  std::uint64_t pack_mask;             // 32 bits set for key_bytes 4
  std::uint64_t constant_bits;  // of every key of the set, outside pack_mask
  std::uint64_t assigned_bytes;
  std::array<std::uint8_t, 64> reserved;  // zero
};

inline constexpr std::size_t kTableFileHeaderBytes = 192;
static_assert(sizeof(TableFileHeader) == kTableFileHeaderBytes);
// A multiple of a cache line, so that the array is aligned in a mapped file.
static_assert(kTableFileHeaderBytes % 64 == 0);

// As in PNG: the first byte is no text, the line ends notice a transfer that
// translates them.
inline constexpr std::array<std::uint8_t, 8> kTableFileMagic = {
    0x89, 'P', 'H', 'T', '\r', '\n', 0x1a, '\n'};
inline constexpr std::uint32_t kTableFileVersion = 1;
inline constexpr std::uint32_t kTableFileByteOrder = 0x01020304;

// The pieces of a table's file that are not the assigned array, and the SHA-256
// of the whole.
struct TableFileFrame {
  TableFileHeader header;
  Sha256Digest checksum;
  Sha256Digest digest;
};

// Reads the whole table, in order to hash it. Nothing if stopped.
std::optional<TableFileFrame> MakeTableFileFrame(const Table& table,
                                                 const StopCheck* stop);
inline TableFileFrame MakeTableFileFrame(const Table& table) {
  return *MakeTableFileFrame(table, nullptr);
}

// A table that lies in memory as a table file.
struct TableFileView {
  TableParameters parameters;
  absl::Span<const std::uint8_t> assigned;
  Sha256Digest digest;  // of the file
};

// Checks everything, the checksum included: Index is safe for any key with
// whatever passes. InvalidArgument says what is wrong and what was expected.
// `bytes` are aligned to 4 and are kept as a reference.
absl::StatusOr<TableFileView> ParseTableFile(
    absl::Span<const std::uint8_t> bytes);

}  // namespace perfecthash
