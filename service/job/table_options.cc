#include "service/job/table_options.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "engine/perfect_hash/byte_choice.h"
#include "engine/perfect_hash/hash_function.h"
#include "engine/perfect_hash/kernels/kernel.h"
#include "google/protobuf/repeated_field.h"
#include "service/job/best_graph_options.h"
#include "service/rpc/invalid_argument.h"
#include "service/rpc/proto_time.h"

namespace perfecthash {
namespace {

constexpr char kAuto[] = "Auto";

absl::Status CheckHashFunction(const std::string& name) {
  if (name.empty() || name == kAuto) return absl::OkStatus();
  if (FindHashFunction(name) != nullptr) return absl::OkStatus();
  const auto append_name = [](std::string* out, const HashFunction& function) {
    out->append(function.name);
  };
  return WithReason(
      absl::InvalidArgumentError(absl::StrCat(
          "table_options.hash_function is \"", name, "\"; the server has ",
          kAuto, ", ", absl::StrJoin(AllHashFunctions(), ", ", append_name))),
      "HASH_FUNCTION_UNKNOWN");
}

absl::Status ReadWords(
    const google::protobuf::RepeatedField<std::uint64_t>& values,
    const char* field, std::vector<std::uint32_t>* words) {
  for (const std::uint64_t value : values) {
    if (value > std::numeric_limits<std::uint32_t>::max()) {
      return InvalidField(field, absl::StrCat("contain ", value,
                                              "; each is a number of 32 bits"));
    }
    words->push_back(static_cast<std::uint32_t>(value));
  }
  return absl::OkStatus();
}

absl::Status ReadSeeds(const v1::TableOptions& options, SolverOptions* solver) {
  if (options.seeds().empty()) return absl::OkStatus();
  const HashFunction* function = FindHashFunction(options.hash_function());
  if (function == nullptr) {
    return InvalidField("table_options.seeds",
                        "are of one hash function, and "
                        "table_options.hash_function does not name one; give "
                        "that of the table that they are of");
  }
  if (options.seeds_size() != function->seed_count) {
    return InvalidField("table_options.seeds",
                        absl::StrCat("are ", options.seeds_size(), " numbers; ",
                                     std::string(function->name), " takes ",
                                     function->seed_count));
  }
  return ReadWords(options.seeds(), "table_options.seeds", &solver->seeds);
}

absl::Status ReadSeedMasks(const v1::TableOptions& options,
                           SolverOptions* solver) {
  if (options.seed_masks_size() > kSeedCountMax) {
    return InvalidField(
        "table_options.seed_masks",
        absl::StrCat("are ", options.seed_masks_size(),
                     "; no hash function has more than ", kSeedCountMax));
  }
  return ReadWords(options.seed_masks(), "table_options.seed_masks",
                   &solver->seed_masks);
}

// What they are good for depends on the function: the engine checks it.
absl::Status ReadByteCounts(const v1::TableOptions& options,
                            SolverOptions* solver) {
  constexpr char kField[] = "table_options.seed3_byte_counts";
  if (options.seed3_byte_counts_size() > 4) {
    return InvalidField(kField,
                        absl::StrCat("are ", options.seed3_byte_counts_size(),
                                     "; a seed has 4 bytes"));
  }
  for (const v1::ByteCounts& byte : options.seed3_byte_counts()) {
    if (byte.counts_size() > ByteChoice::kValueCountMax) {
      return InvalidField(
          kField, absl::StrCat("have ", byte.counts_size(),
                               " counts of one byte; no shift has more than ",
                               ByteChoice::kValueCountMax, " values"));
    }
    solver->seed3_byte_counts.emplace_back(byte.counts().begin(),
                                           byte.counts().end());
  }
  return absl::OkStatus();
}

absl::Status CheckResizes(const v1::TableOptions& options) {
  const int initial = options.initial_table_resizes();
  const int most = options.max_table_resizes();
  for (const auto& [field, value] :
       {std::pair("table_options.initial_table_resizes", initial),
        std::pair("table_options.max_table_resizes", most)}) {
    if (value < 0 || value > kTableResizesMax) {
      return InvalidField(
          field, absl::StrCat("is ", value, "; give 0 to ", kTableResizesMax));
    }
  }
  if (most > 0 && initial > most) {
    return InvalidField("table_options.initial_table_resizes",
                        absl::StrCat("is ", initial,
                                     "; give at most max_table_resizes, which "
                                     "is ",
                                     most, ", or leave that out"));
  }
  return CheckNotNegative(options.attempts_before_table_resize(),
                          "table_options.attempts_before_table_resize");
}

absl::Status ReadArtifactKinds(const v1::TableOptions& options,
                               GeneratorOptions* generator) {
  generator->index_only = options.index_only();
  if (options.artifact_kinds().empty()) return absl::OkStatus();
  generator->c = false;
  generator->table = false;
  for (const std::string& kind : options.artifact_kinds()) {
    if (kind != "c" && kind != "table") {
      return InvalidField("table_options.artifact_kinds",
                          absl::StrCat("contain \"", kind,
                                       "\"; there are \"c\" and \"table\""));
    }
    // Each job keeps the list: it must not be as long as a request may be.
    if (std::exchange(kind == "c" ? generator->c : generator->table, true)) {
      return InvalidField("table_options.artifact_kinds",
                          absl::StrCat("contain \"", kind, "\" twice"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<SeedSearch> ReadSeedSearch(v1::SeedSearch search) {
  switch (search) {
    case v1::SEED_SEARCH_UNSPECIFIED:
      return SeedSearch::kAuto;
    case v1::SEED_SEARCH_PLAIN:
      return SeedSearch::kPlain;
    case v1::SEED_SEARCH_POOL:
      return SeedSearch::kPool;
    default:
      return InvalidField("table_options.seed_search",
                          absl::StrCat("is ", static_cast<int>(search),
                                       ", which this server does not know"));
  }
}

absl::Status CheckKernel(const std::string& name) {
  if (name.empty() || FindKernel(name) != nullptr) return absl::OkStatus();
  std::vector<std::string> names;
  for (const Kernel* kernel : AllKernels()) {
    if (kernel->supported()) names.emplace_back(kernel->name);
  }
  return InvalidField("table_options.kernel",
                      absl::StrCat("is \"", name, "\"; this machine has ",
                                   absl::StrJoin(names, ", ")));
}

absl::StatusOr<FileIo> ReadFileIo(v1::FileIo file_io) {
  switch (file_io) {
    case v1::FILE_IO_UNSPECIFIED:
    case v1::FILE_IO_OVERLAPPED:
      return FileIo::kOverlapped;
    case v1::FILE_IO_MAPPED:
      return FileIo::kMapped;
    case v1::FILE_IO_NONE:
      return FileIo::kNone;
    default:
      return InvalidField("table_options.file_io",
                          absl::StrCat("is ", static_cast<int>(file_io),
                                       ", which this server does not know"));
  }
}

}  // namespace

v1::TableOptions MergeTableOptions(const v1::TableOptions& job,
                                   const v1::TableOptions& item) {
  v1::TableOptions merged = job;
  // MergeFrom appends to lists; here the item's list replaces the job's.
  if (!item.seeds().empty()) merged.clear_seeds();
  if (!item.seed_masks().empty()) merged.clear_seed_masks();
  if (!item.seed3_byte_counts().empty()) merged.clear_seed3_byte_counts();
  if (!item.artifact_kinds().empty()) merged.clear_artifact_kinds();
  if (item.has_max_solve_duration()) merged.clear_max_solve_duration();
  if (item.has_best_graph()) merged.clear_best_graph();
  merged.MergeFrom(item);
  return merged;
}

absl::StatusOr<TableOptions> ReadTableOptions(const v1::TableOptions& options) {
  TableOptions read;
  RETURN_IF_ERROR(CheckHashFunction(options.hash_function()));
  SolverOptions& solver = read.solver;
  if (!options.hash_function().empty()) {
    solver.hash_function = options.hash_function();
  }
  if (options.has_seed()) solver.seed = options.seed();
  RETURN_IF_ERROR(ReadSeeds(options, &solver));
  RETURN_IF_ERROR(ReadSeedMasks(options, &solver));
  RETURN_IF_ERROR(ReadByteCounts(options, &solver));
  RETURN_IF_ERROR(
      CheckNotNegative(options.max_attempts(), "table_options.max_attempts"));
  solver.max_attempts = static_cast<std::uint64_t>(options.max_attempts());
  RETURN_IF_ERROR(CheckResizes(options));
  solver.initial_table_resizes = options.initial_table_resizes();
  solver.max_table_resizes = options.max_table_resizes();
  solver.attempts_before_table_resize =
      static_cast<std::uint64_t>(options.attempts_before_table_resize());
  ASSIGN_OR_RETURN(read.solve_time_max,
                   ReadDuration(options.max_solve_duration(),
                                "table_options.max_solve_duration"));
  ASSIGN_OR_RETURN(solver.search, ReadSeedSearch(options.seed_search()));
  RETURN_IF_ERROR(CheckKernel(options.kernel()));
  solver.kernel = options.kernel();
  if (options.has_best_graph()) {
    ASSIGN_OR_RETURN(read.best_graph, ReadBestGraph(options.best_graph()));
  }
  RETURN_IF_ERROR(ReadArtifactKinds(options, &read.generator));
  ASSIGN_OR_RETURN(read.file_io, ReadFileIo(options.file_io()));
  return read;
}

absl::StatusOr<KeyWidth> ReadKeyWidth(int key_size_bytes) {
  switch (key_size_bytes) {
    case 0:
    case 4:
      return KeyWidth::k32Bits;
    case 8:
      return KeyWidth::k64Bits;
    default:
      return InvalidField(
          "key_size_bytes",
          absl::StrCat("is ", key_size_bytes, "; keys have 4 or 8 bytes"));
  }
}

}  // namespace perfecthash
