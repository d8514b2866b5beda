#include "cli/table_flags.h"

#include "cli/duration.h"
#include "cli/flag_group.h"

namespace perfecthash {
namespace {

using OptionsOf = std::function<v1::TableOptions*()>;

enum Emit { kEmitBoth, kEmitC, kEmitTable, kEmitNone };

void SetArtifactKinds(Emit emit, v1::TableOptions& options) {
  switch (emit) {
    case kEmitBoth:
      options.add_artifact_kinds("c");
      options.add_artifact_kinds("table");
      break;
    case kEmitC:
      options.add_artifact_kinds("c");
      break;
    case kEmitTable:
      options.add_artifact_kinds("table");
      break;
    case kEmitNone:
      options.set_file_io(v1::FILE_IO_NONE);
      break;
  }
}

void AddSearchFlags(CLI::App& app, const OptionsOf& options) {
  FlagGroup flags(app, "Search");
  flags.Text(
      {"--hash-function",
       "Name of the hash function (`perfecthash server info` lists "
       "them), or Auto: the cheapest lookup that solves the keys in the time "
       "that --max-solve-time allows, a fraction of a second by default",
       "Auto"},
      [=](const std::string& name) { options()->set_hash_function(name); });
  flags.Unsigned({"--seed",
                  "Of the attempt sequence: the same keys, options and seed "
                  "give the same table",
                  "0x2019090319811025"},
                 [=](std::uint64_t seed) { options()->set_seed(seed); });
  flags.UnsignedList({"--seeds",
                      "Seeds of the hash function, as many as it has: exactly "
                      "these, once; those that are 0 are drawn for each "
                      "attempt",
                      "all are drawn"},
                     UINT32_MAX,
                     [=](std::uint64_t seed) { options()->add_seeds(seed); });
  flags.UnsignedList(
      {"--seed-masks",
       "For the seeds that are drawn, in order: the bits that "
       "may be set; 0 = all",
       "all bits"},
      UINT32_MAX, [=](std::uint64_t mask) { options()->add_seed_masks(mask); });
  for (int byte = 1; byte <= 4; ++byte) {
    const std::string name = std::to_string(byte);
    flags.UnsignedList(
        {"--seed3-byte" + name + "-counts",
         "For byte " + name +
             " of seed 3, from the low end, which shifts or rotates: how often "
             "to draw each of its values 0, 1, ..., as 0,0,3,1",
         "all alike"},
        UINT32_MAX, [=](std::uint64_t count) {
          auto& bytes = *options()->mutable_seed3_byte_counts();
          while (bytes.size() < byte) bytes.Add();
          bytes[byte - 1].add_counts(static_cast<std::uint32_t>(count));
        });
  }
  flags.Choose(
      {"--seed-search",
       "Where the seeds come from: plain, fresh ones for each attempt; "
       "pool, fresh ones at first, then pairs of halves chosen for "
       "the keys, which is faster on hard sets",
       "pool with Auto or --best-graph, else plain"},
      {{"plain", v1::SEED_SEARCH_PLAIN}, {"pool", v1::SEED_SEARCH_POOL}},
      [=](int value) {
        options()->set_seed_search(static_cast<v1::SeedSearch>(value));
      });
  flags.Text({"--kernel",
              "Instructions to solve with: scalar, avx2 or avx512; the table "
              "does not depend on it",
              "the best of the server's machine"},
             [=](const std::string& name) { options()->set_kernel(name); });
  flags.Integer(
      {"--max-attempts",
       "Attempts before a table counts as unsolved; 0 = no limit", "0"},
      {.most = INT64_MAX},
      [=](std::int64_t n) { options()->set_max_attempts(n); });
  flags.Duration({"--max-solve-time",
                  "Time from a table's first attempt before it counts as "
                  "unsolved; the longer, the cheaper a lookup Auto may find",
                  "no limit"},
                 [=](std::chrono::nanoseconds duration) {
                   *options()->mutable_max_solve_duration() = ToProto(duration);
                 });
}

void AddBestGraphFlags(CLI::App& app, const OptionsOf& options) {
  FlagGroup flags(app, "Best graph");
  const auto best = [=] { return options()->mutable_best_graph(); };
  flags.Text(
      {"--best-graph",
       "Not the first solution but the best of many, by a predicate: Lowest or "
       "Highest, then a measure, such as LowestNumberOfUsedCacheLines. The "
       "measures, explained in proto/perfecthash/v1/table.proto: "
       "NumberOfEmptyPages, NumberOfEmptyLargePages, NumberOfEmptyCacheLines, "
       "NumberOfUsedPages, NumberOfUsedLargePages, NumberOfUsedCacheLines, "
       "MaxAssignedPerCacheLineCount, PredictedNumberOfFilledCacheLines, "
       "Slope, Intercept, Correlation, Score, Rank, MaxGraphTraversalDepth, "
       "TotalGraphTraversals, NumberOfEmptyVertices, and of some keys "
       "(--best-graph-keys) MaxAssignedPerCacheLineCountForKeysSubset, "
       "NumberOfPagesUsedByKeysSubset, NumberOfLargePagesUsedByKeysSubset, "
       "NumberOfCacheLinesUsedByKeysSubset",
       "the first solution"},
      [=](const std::string& name) { best()->set_predicate(name); });
  flags.Integer({"--best-graph-solutions", "Solutions to look at", "1000"},
                {.least = 1, .most = INT64_MAX},
                [=](std::int64_t n) { best()->set_max_solutions(n); });
  flags.Integer({"--best-graph-attempts",
                 "Attempts to make for them; then the best so far wins. 0 = no "
                 "limit but --max-attempts",
                 "0"},
                {.most = INT64_MAX},
                [=](std::int64_t n) { best()->set_max_attempts(n); });
  flags.Real(
      {"--best-graph-target",
       "Stop at the first solution with this value or a better one", "none"},
      [=](double value) { best()->set_target_value(value); });
  flags.Integer({"--best-graph-equal",
                 "Stop when this many further solutions were as good as the "
                 "best; 0 = no limit",
                 "0"},
                {.most = INT64_MAX},
                [=](std::int64_t n) { best()->set_max_equal_count(n); });
  flags.UnsignedList(
      {"--best-graph-keys",
       "Keys, at most 10,000, that predicates ...KeysSubset look at", "none"},
      UINT64_MAX, [=](std::uint64_t key) { best()->add_keys_subset(key); });
}

void AddSizeFlags(CLI::App& app, const OptionsOf& options) {
  FlagGroup flags(app, "Table size");
  flags.Integer(
      {"--table-resizes", "Start with this many doublings of the table", "0"},
      {.most = 8}, [=](std::int64_t n) {
        options()->set_initial_table_resizes(static_cast<int>(n));
      });
  flags.Integer({"--max-table-resizes",
                 "Double the table up to this many times in all", "0"},
                {.most = 8}, [=](std::int64_t n) {
                  options()->set_max_table_resizes(static_cast<int>(n));
                });
  flags.Integer({"--attempts-before-table-resize",
                 "With --max-table-resizes: double the table each time that "
                 "this many attempts have failed; 0 = when no solution is to "
                 "be expected at that size",
                 "0"},
                {.most = INT64_MAX}, [=](std::int64_t n) {
                  options()->set_attempts_before_table_resize(n);
                });
}

void AddOutputFlags(CLI::App& app, const OptionsOf& options) {
  FlagGroup flags(app, "Generated files");
  flags.Switch(
      {"--index-only", "Generate Index() alone, without the values array", ""},
      [=] { options()->set_index_only(true); });
  flags.Choose({"--file-io",
                "How the server reads and writes files; none: compute only, "
                "nothing is written",
                "overlapped"},
               {{"overlapped", v1::FILE_IO_OVERLAPPED},
                {"mapped", v1::FILE_IO_MAPPED},
                {"none", v1::FILE_IO_NONE}},
               [=](int value) {
                 options()->set_file_io(static_cast<v1::FileIo>(value));
               });
  // After --file-io, whose value `none` replaces.
  flags.Choose(
      {"--emit",
       "What to generate: c (source, header, self-test, benchmark), "
       "table (the binary table file); none is --file-io none",
       "c,table"},
      {{"c,table", kEmitBoth},
       {"c", kEmitC},
       {"table", kEmitTable},
       {"none", kEmitNone}},
      [=](int emit) { SetArtifactKinds(static_cast<Emit>(emit), *options()); });
}

}  // namespace

void AddTableFlags(CLI::App& app, const OptionsOf& options) {
  AddSearchFlags(app, options);
  AddBestGraphFlags(app, options);
  AddSizeFlags(app, options);
  AddOutputFlags(app, options);
}

bool MakesArtifacts(const v1::TableOptions& options) {
  return options.file_io() != v1::FILE_IO_NONE;
}

}  // namespace perfecthash
