#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/metrics/latency_histogram.h"

namespace perfecthash {

// All metrics of one moment, for whoever shows them (the metrics page, the
// stats RPC, a log line): modules append to it, nobody registers anything.
//
// Names follow Prometheus: snake_case, unit last, counters end in "_total".
// Not thread-safe: one reader builds and reads it.
struct MetricsSnapshot {
  using Labels = std::vector<std::pair<std::string, std::string>>;

  enum class Kind { kCounter, kGauge };

  struct Number {
    std::string name;
    Labels labels;
    Kind kind;
    double value;
  };

  struct Distribution {
    std::string name;
    Labels labels;
    HistogramSnapshot histogram;
  };

  void AddCounter(std::string name, Labels labels, double value) {
    numbers.push_back(
        {std::move(name), std::move(labels), Kind::kCounter, value});
  }
  void AddGauge(std::string name, Labels labels, double value) {
    numbers.push_back(
        {std::move(name), std::move(labels), Kind::kGauge, value});
  }
  void AddDistribution(std::string name, Labels labels,
                       const HistogramSnapshot& histogram) {
    distributions.push_back({std::move(name), std::move(labels), histogram});
  }

  std::vector<Number> numbers;
  std::vector<Distribution> distributions;
};

}  // namespace perfecthash
