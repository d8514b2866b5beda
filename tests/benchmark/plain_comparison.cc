#include "tests/benchmark/plain_comparison.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "engine/base/status_macros.h"
#include "tests/benchmark/disk.h"
#include "tests/benchmark/plain_files.h"

namespace perfecthash {
namespace {

// The engine, then plain calls on so many threads.
constexpr int kContenderCount = 3;
using Contender = int;
constexpr Contender kEngine = 0;

// Of one contender in one round.
struct Timing {
  Time time;
  Seconds on_disk{0};  // the wall time until the disk has all of it
};
using Round = std::array<Timing, kContenderCount>;

void PrintTiming(Contender contender, const Timing& timing) {
  if (contender == kEngine) {
    std::printf("  the engine            ");
  } else {
    std::printf("  plain calls, threads %d", contender);
  }
  std::printf(" %.3f s, on disk %.3f s, cpu %.3f s\n", timing.time.wall.count(),
              timing.on_disk.count(), timing.time.cpu.count());
}

absl::StatusOr<Time> WritePlain(const PlainFiles& files,
                                const std::string& output, int threads) {
  const Stopwatch stopwatch;
  RETURN_IF_ERROR(files.Write(output, threads));
  return stopwatch.Elapsed();
}

double Median(std::vector<double> values) {
  const auto middle =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// How many times the plain rate the engine has.
void PrintRatios(const std::vector<Round>& rounds) {
  for (Contender threads = 1; threads < kContenderCount; ++threads) {
    std::vector<double> ratios;
    std::vector<double> ratios_on_disk;
    for (const Round& round : rounds) {
      ratios.push_back(round[threads].time.wall / round[kEngine].time.wall);
      ratios_on_disk.push_back(round[threads].on_disk / round[kEngine].on_disk);
    }
    std::printf(
        "the engine has %.2f times the rate of plain calls on %d threads, on "
        "disk %.2f (medians of %zu rounds)\n",
        Median(ratios), threads, Median(ratios_on_disk), rounds.size());
  }
}

}  // namespace

absl::Status ComparePlain(
    const std::string& output, int rounds,
    absl::FunctionRef<absl::StatusOr<Time>()> make_tables) {
  // Once beforehand: the files to be written.
  ClearTree(output);
  RETURN_IF_ERROR(make_tables().status());
  ASSIGN_OR_RETURN(const PlainFiles files, PlainFiles::Read(output));
  std::vector<Round> all;
  for (int i = 0; i < rounds; ++i) {
    Round& round = all.emplace_back();
    for (int turn = 0; turn < kContenderCount; ++turn) {
      const Contender contender = (i + turn) % kContenderCount;
      ClearTree(output);
      const Stopwatch stopwatch;
      ASSIGN_OR_RETURN(round[contender].time,
                       contender == kEngine
                           ? make_tables()
                           : WritePlain(files, output, contender));
      FlushDisk();
      round[contender].on_disk = stopwatch.Elapsed().wall;
      PrintTiming(contender, round[contender]);
    }
  }
  PrintRatios(all);
  return absl::OkStatus();
}

}  // namespace perfecthash
