#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "engine/engine_assembly.h"
#include "tests/support/recording_observer.h"
#include "tests/support/simulated_completion_port.h"
#include "tests/support/simulated_runtime.h"

namespace perfecthash {

// Every way in which a table of a history may not succeed.
const std::set<std::string>& SimulationReasons();

// What the histories have shown so far: a promise counts only where it was put
// to the test.
struct SimulationTally {
  std::map<std::string, int> items;  // by reason, "" is success
  std::map<JobEnd, int> jobs;
  std::uint64_t faults = 0;
  std::uint64_t memory_waits = 0;
  std::uint64_t hangs = 0;
  std::uint64_t stuck_workers = 0;
  std::uint64_t out_of_memory = 0;
};

// Where a planted bug goes: see simulation_mutation_test.cc.
struct SimulationHooks {
  PortWrapper wrap_port = {};
  MakeTableFunction make_table = MakeTable;
};

// One seed: a machine, its faults, and jobs that arrive and are cancelled at
// random moments.
class SimulationHistory {
 public:
  explicit SimulationHistory(std::uint64_t seed, SimulationHooks hooks = {});

  // A text that is different when anything happened differently.
  std::string Run(SimulationTally& tally);

 private:
  struct Item {
    std::size_t set = 0;
    std::size_t options = 0;
    bool missing = false;  // its key file does not exist
  };
  struct Job {
    JobSpec spec;
    std::vector<Item> items;
    std::shared_ptr<RecordingObserver> observer;
    std::optional<JobId> id;
    bool cancel_called = false;
    bool memory_changed = false;  // by UpdateJob, maybe to less

    bool ended() const { return observer->end().has_value(); }
  };

  std::size_t Below(std::size_t limit) { return random_() % limit; }
  bool OneIn(std::size_t count) { return Below(count) == 0; }
  template <typename T, std::size_t N>
  T OneOf(const std::array<T, N>& values) {
    return values[Below(N)];
  }

  SimulationOptions ChooseSimulation(std::uint64_t seed);
  SchedulerOptions ChooseScheduler();
  void ChooseJobs(int node_count);
  TableRequest ChooseItem(Job& job, std::size_t number);
  void ChoosePolicies(JobSpec& spec, int node_count);

  bool AllEnded() const;
  bool AnyUnfinished() const;
  void Act();  // submits, cancels or changes something, now and then
  void ActOnNodes();
  void ActOnJob(Job& job);
  void Step(Runtime& driver);
  bool ResumeNodes();  // false if none was drained
  void CancelOneThatHangs();

  void CheckStep();
  void CheckEnd();
  void Check(const Job& job);
  void CheckFiles(const Job& job, int index, const TableResult& result);
  void CheckLeftovers();
  void AddTo(SimulationTally& tally) const;
  std::string Describe() const;

  const SimulationHooks hooks_;
  std::mt19937_64 random_;
  bool faulty_ = false;
  bool scarce_memory_ = false;
  bool changes_ = false;  // of jobs and nodes, while they work
  bool stopped_early_ = false;
  Simulation simulation_;
  // Drained nodes, and the tables that ran there when last looked at.
  std::map<int, std::int64_t> drained_;
  int node_count_ = 0;
  std::vector<Job> jobs_;
  std::unique_ptr<Engine> engine_;
  std::set<std::string> expected_paths_;
};

}  // namespace perfecthash
