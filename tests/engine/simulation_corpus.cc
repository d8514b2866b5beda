#include "tests/engine/simulation_corpus.h"

#include <chrono>

#include "engine/base/check.h"
#include "engine/engine_assembly.h"
#include "tests/support/key_sets.h"
#include "tests/support/recording_observer.h"
#include "tests/support/simulated_runtime.h"

namespace perfecthash {

using std::chrono::microseconds;

const SimulationCorpus& SimulationCorpus::Get() {
  static const SimulationCorpus corpus;
  return corpus;
}

SimulationCorpus::SimulationCorpus() {
  for (const std::size_t count : {1, 2, 3, 8, 9, 40, 100, 300}) {
    sets_.push_back({absl::StrCat("random", count),
                     KeyFileBytes(RandomKeys(count, count))});
  }
  sets_.push_back({"linear64", KeyFileBytes(LinearKeys(64, 0, 1))});
  sets_.push_back({"large", KeyFileBytes(AddressKeys(3'000, 7))});
  sets_.push_back({"odd_length", {1, 2, 3, 4, 5}, false});
  sets_.push_back({"empty", {}, false});
  sets_.push_back({"twice", {9, 0, 0, 0, 9, 0, 0, 0}, false});
  for (const char* function : {"Mulshrolate4RX", "MultiplyShiftR"}) {
    TableOptions options;
    options.solver.hash_function = function;
    options.solver.max_attempts = 100'000;
    options.lanes = {
        .initial = 1, .max = 3, .increase_after = microseconds(20)};
    options_.push_back(std::make_shared<const TableOptions>(options));
  }
  TableOptions none = *options_[0];
  none.file_io = FileIo::kNone;
  options_.push_back(std::make_shared<const TableOptions>(none));
  MakeExpected();
}

void SimulationCorpus::MakeExpected() {
  Simulation simulation({});
  AddFilesTo(simulation.files());
  auto runtime = MakeSimulatedRuntime(simulation, 1, 64 << 20);
  Runtime& driver = *runtime;
  const auto engine =
      AssembleEngine(std::move(runtime), {.make_table = MakeTable});
  JobSpec spec;
  std::vector<std::pair<std::size_t, std::size_t>> keys;
  for (std::size_t set = 0; set < sets_.size(); ++set) {
    for (std::size_t options = 0; options < options_.size(); ++options) {
      if (!sets_[set].valid) continue;
      spec.items.push_back(
          {.name = sets_[set].name,
           .keys = KeyFile{PathOf(sets_[set])},
           .options = options_[options],
           .output_directory = absl::StrCat("/out/", keys.size())});
      keys.push_back({set, options});
    }
  }
  const auto observer =
      std::make_shared<RecordingObserver>(static_cast<int>(keys.size()));
  EXPECT_TRUE(engine->Submit(spec, observer).ok());
  while (!observer->end().has_value()) CHECK(driver.RunOnce());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto& outcome = observer->outcomes().at(static_cast<int>(i));
    EXPECT_TRUE(outcome.result.ok())
        << spec.items[i].name << ": " << outcome.result.status();
    if (!outcome.result.ok()) continue;
    Files& files = expected_[keys[i]];
    for (const WrittenFile& file : outcome.result->files) {
      files[file.filename] = *simulation.files().Contents(
          absl::StrCat(spec.items[i].output_directory, "/", file.filename));
    }
  }
  EXPECT_EQ(engine->Stop(), absl::OkStatus());
}

}  // namespace perfecthash
