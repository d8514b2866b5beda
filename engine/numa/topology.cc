#include "engine/numa/topology.h"

#include <hwloc.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "engine/base/os_error.h"

namespace perfecthash {
namespace {

struct BitmapFree {
  void operator()(hwloc_bitmap_t bitmap) const { hwloc_bitmap_free(bitmap); }
};
using Bitmap = std::unique_ptr<hwloc_bitmap_s, BitmapFree>;

Bitmap NewBitmap() { return Bitmap(hwloc_bitmap_alloc()); }

// The node closest to a cpu is the one that serves the fewest cpus; of equals
// the lowest number, which is the ordinary memory where a second kind exists.
hwloc_obj_t ClosestNode(hwloc_topology_t topology, hwloc_obj_t cpu) {
  hwloc_obj_t closest = nullptr;
  for (hwloc_obj_t node = nullptr;
       (node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE,
                                          node)) != nullptr;) {
    if (!hwloc_bitmap_isset(node->cpuset, cpu->os_index)) continue;
    if (closest == nullptr) {
      closest = node;
      continue;
    }
    const int size = hwloc_bitmap_weight(node->cpuset);
    const int best = hwloc_bitmap_weight(closest->cpuset);
    if (size < best || (size == best && node->os_index < closest->os_index)) {
      closest = node;
    }
  }
  return closest;
}

// A cpu's place among the hardware threads of its core.
unsigned RankInCore(hwloc_topology_t topology, hwloc_obj_t cpu) {
  const hwloc_obj_t core =
      hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_CORE, cpu);
  if (core == nullptr) return 0;
  unsigned rank = 0;
  for (int other = hwloc_bitmap_first(core->cpuset);
       other >= 0 && other != static_cast<int>(cpu->os_index);
       other = hwloc_bitmap_next(core->cpuset, other)) {
    ++rank;
  }
  return rank;
}

std::vector<NumaNode> FindNodes(hwloc_topology_t topology) {
  struct Found {
    std::uint64_t memory_bytes = 0;
    std::vector<std::pair<unsigned, int>> cpus_by_rank;
  };
  std::map<int, Found> found;
  for (hwloc_obj_t cpu = nullptr;
       (cpu = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PU, cpu)) !=
       nullptr;) {
    const hwloc_obj_t node = ClosestNode(topology, cpu);
    if (node == nullptr) continue;
    Found& entry = found[static_cast<int>(node->os_index)];
    entry.memory_bytes = node->attr->numanode.local_memory;
    entry.cpus_by_rank.emplace_back(RankInCore(topology, cpu),
                                    static_cast<int>(cpu->os_index));
  }
  std::vector<NumaNode> nodes;
  for (auto& [id, entry] : found) {
    std::sort(entry.cpus_by_rank.begin(), entry.cpus_by_rank.end());
    NumaNode node{.id = id, .cpus = {}, .memory_bytes = entry.memory_bytes};
    for (const auto& [rank, cpu] : entry.cpus_by_rank) node.cpus.push_back(cpu);
    nodes.push_back(std::move(node));
  }
  return nodes;
}

absl::Status Synthetic(const std::string& doing) {
  return absl::FailedPreconditionError(absl::StrCat(
      "cannot ", doing, ": the machine is a made-up one (HWLOC_SYNTHETIC)"));
}

absl::Status BindThread(hwloc_topology_t topology, hwloc_const_cpuset_t cpus,
                        const std::string& doing) {
  if (!hwloc_topology_is_thissystem(topology)) return Synthetic(doing);
  if (hwloc_set_cpubind(topology, cpus, HWLOC_CPUBIND_THREAD) != 0) {
    return OsErrorToStatus(errno, doing);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Topology>> Topology::Detect() {
  hwloc_topology_t topology = nullptr;
  if (hwloc_topology_init(&topology) != 0) {
    return OsErrorToStatus(errno, "prepare the detection of NUMA nodes");
  }
  auto result = absl::WrapUnique(new Topology(topology));
  hwloc_topology_set_flags(topology,
                           HWLOC_TOPOLOGY_FLAG_RESTRICT_TO_CPUBINDING |
                               HWLOC_TOPOLOGY_FLAG_DONT_CHANGE_BINDING);
  if (hwloc_topology_load(topology) != 0) {
    return OsErrorToStatus(errno, "detect the NUMA nodes of this machine");
  }
  result->synthetic_ = !hwloc_topology_is_thissystem(topology);
  result->memory_node_count_ =
      hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE);
  result->nodes_ = FindNodes(topology);
  if (result->nodes_.empty()) {
    return absl::InternalError("hwloc reports no NUMA node that has a cpu");
  }
  return result;
}

Topology::Topology(hwloc_topology* topology) : topology_(topology) {}

Topology::~Topology() { hwloc_topology_destroy(topology_); }

const NumaNode* Topology::FindNode(int id) const {
  for (const NumaNode& node : nodes_) {
    if (node.id == id) return &node;
  }
  return nullptr;
}

absl::Status Topology::BindThreadToCpu(int cpu) const {
  const Bitmap cpus = NewBitmap();
  hwloc_bitmap_only(cpus.get(), static_cast<unsigned>(cpu));
  return BindThread(topology_, cpus.get(),
                    absl::StrCat("bind a thread to cpu ", cpu));
}

absl::Status Topology::BindThreadToNode(const NumaNode& node) const {
  const Bitmap cpus = NewBitmap();
  for (const int cpu : node.cpus) {
    hwloc_bitmap_set(cpus.get(), static_cast<unsigned>(cpu));
  }
  return BindThread(topology_, cpus.get(),
                    absl::StrCat("bind a thread to NUMA node ", node.id));
}

absl::Status Topology::BindMemory(const NumaNode& node, void* data,
                                  std::size_t size_bytes) const {
  const std::string doing = absl::StrCat("bind memory to NUMA node ", node.id);
  if (synthetic_) return Synthetic(doing);
  if (memory_node_count_ == 1) return absl::OkStatus();
  const Bitmap nodes = NewBitmap();
  hwloc_bitmap_only(nodes.get(), static_cast<unsigned>(node.id));
  // Without HWLOC_MEMBIND_STRICT this is a preference: a full node borrows
  // from its neighbours instead of having the process killed.
  if (hwloc_set_area_membind(topology_, data, size_bytes, nodes.get(),
                             HWLOC_MEMBIND_BIND,
                             HWLOC_MEMBIND_BYNODESET) != 0) {
    return OsErrorToStatus(errno, doing);
  }
  return absl::OkStatus();
}

}  // namespace perfecthash
