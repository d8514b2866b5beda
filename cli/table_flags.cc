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
       "them), or Auto: a cheap one first",
       "Auto"},
      [=](const std::string& name) { options()->set_hash_function(name); });
  flags.Unsigned({"--seed",
                  "Of the attempt sequence: the same keys, options and seed "
                  "give the same table",
                  "0x2019090319811025"},
                 [=](std::uint64_t seed) { options()->set_seed(seed); });
  flags.UnsignedList({"--seeds",
                      "Try exactly these hash seeds, once; as many as the hash "
                      "function has",
                      "none"},
                     UINT32_MAX,
                     [=](std::uint64_t seed) { options()->add_seeds(seed); });
  flags.Integer(
      {"--max-attempts",
       "Attempts before a table counts as unsolved; 0 = no limit", "0"},
      {.most = INT64_MAX},
      [=](std::int64_t n) { options()->set_max_attempts(n); });
  flags.Duration({"--max-solve-time",
                  "Time from a table's first attempt before it counts as "
                  "unsolved",
                  "no limit"},
                 [=](std::chrono::nanoseconds duration) {
                   *options()->mutable_max_solve_duration() = ToProto(duration);
                 });
}

void AddSizeFlags(CLI::App& app, const OptionsOf& options) {
  FlagGroup flags(app, "Table size");
  flags.Integer(
      {"--table-resizes", "Start with this many doublings of the table", "0"},
      {.most = 31}, [=](std::int64_t n) {
        options()->set_initial_table_resizes(static_cast<int>(n));
      });
  flags.Integer({"--max-table-resizes",
                 "Double the table up to this many times in all", "0"},
                {.most = 31}, [=](std::int64_t n) {
                  options()->set_max_table_resizes(static_cast<int>(n));
                });
  flags.Integer({"--attempts-before-table-resize",
                 "Double the table each time that this many attempts have "
                 "failed; needed with --max-table-resizes",
                 "none"},
                {.least = 1, .most = INT64_MAX}, [=](std::int64_t n) {
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
  AddSizeFlags(app, options);
  AddOutputFlags(app, options);
}

bool MakesArtifacts(const v1::TableOptions& options) {
  return options.file_io() != v1::FILE_IO_NONE;
}

}  // namespace perfecthash
