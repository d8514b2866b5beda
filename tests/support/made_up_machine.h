#pragma once

#include <gtest/gtest.h>
#include <hwloc.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/environment.h"
#include "tests/support/temporary_directory.h"

namespace perfecthash {

// While it lives, hwloc finds a machine of so many cpus on each of its nodes:
// by HWLOC_SYNTHETIC, or, as that has no word for uneven nodes, by a file for
// HWLOC_XMLFILE. Node n has the cpus from n times the largest count. One thread
// at a time.
class MadeUpMachine {
 public:
  explicit MadeUpMachine(const std::vector<int>& cpus_per_node) {
    const int most =
        *std::max_element(cpus_per_node.begin(), cpus_per_node.end());
    const std::string even = "numa:" + std::to_string(cpus_per_node.size()) +
                             " core:" + std::to_string(most) + " pu:1";
    if (std::count(cpus_per_node.begin(), cpus_per_node.end(), most) ==
        static_cast<std::ptrdiff_t>(cpus_per_node.size())) {
      environment_.emplace("HWLOC_SYNTHETIC", even);
      return;
    }
    const std::string path = directory_ / "machine.xml";
    hwloc_topology_t topology = nullptr;
    EXPECT_EQ(hwloc_topology_init(&topology), 0);
    EXPECT_EQ(hwloc_topology_set_synthetic(topology, even.c_str()), 0);
    EXPECT_EQ(hwloc_topology_load(topology), 0);
    const hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    for (std::size_t node = 0; node < cpus_per_node.size(); ++node) {
      const auto first =
          static_cast<unsigned>(node) * static_cast<unsigned>(most);
      hwloc_bitmap_set_range(cpus, first,
                             static_cast<int>(first) + cpus_per_node[node] - 1);
    }
    EXPECT_EQ(hwloc_topology_restrict(topology, cpus, 0), 0);
    EXPECT_EQ(hwloc_topology_export_xml(topology, path.c_str(), 0), 0);
    hwloc_bitmap_free(cpus);
    hwloc_topology_destroy(topology);
    environment_.emplace("HWLOC_XMLFILE", path);
  }

 private:
  const TemporaryDirectory directory_;
  std::optional<ScopedEnvironment> environment_;
};

}  // namespace perfecthash
