#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/numa/topology.h"
#include "tests/support/environment.h"

namespace perfecthash {

// A made-up machine, described as in `man hwloc(7)`: "numa:2 core:2 pu:1".
inline std::shared_ptr<const Topology> SyntheticTopology(
    const std::string& description) {
  const ScopedEnvironment synthetic("HWLOC_SYNTHETIC", description);
  absl::StatusOr<std::unique_ptr<Topology>> topology = Topology::Detect();
  EXPECT_TRUE(topology.ok()) << topology.status();
  EXPECT_TRUE((*topology)->synthetic());
  return *std::move(topology);
}

}  // namespace perfecthash
