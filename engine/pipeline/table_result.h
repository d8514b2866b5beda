#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/sha256.h"

namespace perfecthash {

// One generated file, written whole.
struct WrittenFile {
  std::string filename;  // within the request's output directory
  std::uint64_t size_bytes = 0;
  Sha256Digest sha256{};
};

// A table that was solved, verified and, where asked, written.
struct TableResult {
  std::uint64_t key_count = 0;
  std::uint64_t edge_count = 0;
  std::uint64_t vertex_count = 0;
  std::uint64_t table_size_bytes = 0;
  std::string hash_function;
  std::vector<std::uint32_t> seeds;
  // The number, from 1, of the attempt that solved; the lowest one that can.
  std::uint64_t attempts = 0;
  int table_resizes = 0;
  std::chrono::nanoseconds solve_time{0};
  // SHA-256 of the binary table file, whether or not it is written.
  Sha256Digest digest{};
  std::vector<WrittenFile> files;
};

}  // namespace perfecthash
