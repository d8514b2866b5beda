#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "engine/numa/topology.h"

namespace perfecthash {

// A made-up machine, described as in `man hwloc(7)`: "numa:2 core:2 pu:1".
inline std::shared_ptr<const Topology> SyntheticTopology(
    const std::string& description) {
  ::setenv("HWLOC_SYNTHETIC", description.c_str(), 1);
  absl::StatusOr<std::unique_ptr<Topology>> topology = Topology::Detect();
  ::unsetenv("HWLOC_SYNTHETIC");
  EXPECT_TRUE(topology.ok()) << topology.status();
  EXPECT_TRUE((*topology)->synthetic());
  return *std::move(topology);
}

}  // namespace perfecthash
