#pragma once

#include "engine/io/operation.h"

namespace perfecthash {

// Does an operation by the system's own blocking call, on this thread: what a
// port uses that has nothing better. Files are opened as this platform's ports
// need them; on Windows, for overlapped use, so that what reads and writes is
// not to be had from here (ENOSYS).
OperationResult CallBlocking(const OperationRequest& request);

}  // namespace perfecthash
