#include <windows.h>

#include <algorithm>

#include "engine/numa/memory_limit.h"

namespace perfecthash {

// The job object of a container, or of whoever started us, may set a limit.
std::uint64_t MemoryLimitBytes(const MemoryLimitPaths&) {
  MEMORYSTATUSEX memory = {};
  memory.dwLength = sizeof(memory);
  std::uint64_t limit = UINT64_MAX;
  if (::GlobalMemoryStatusEx(&memory)) limit = memory.ullTotalPhys;
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION job = {};
  if (!::QueryInformationJobObject(nullptr, JobObjectExtendedLimitInformation,
                                   &job, sizeof(job), nullptr)) {
    return limit;  // in no job object
  }
  const DWORD flags = job.BasicLimitInformation.LimitFlags;
  if (flags & JOB_OBJECT_LIMIT_JOB_MEMORY) {
    limit = std::min<std::uint64_t>(limit, job.JobMemoryLimit);
  }
  if (flags & JOB_OBJECT_LIMIT_PROCESS_MEMORY) {
    limit = std::min<std::uint64_t>(limit, job.ProcessMemoryLimit);
  }
  return limit;
}

}  // namespace perfecthash
