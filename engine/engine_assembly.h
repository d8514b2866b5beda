#pragma once

#include <memory>

#include "engine/engine.h"
#include "engine/job/scheduler.h"
#include "engine/runtime/runtime.h"
#include "engine/runtime/runtime_options.h"

namespace perfecthash {

// What of an engine's options is its runtime's.
RuntimeOptions RuntimeOptionsOf(const EngineOptions& options);

// An engine on a runtime that was made elsewhere: Engine::Start uses it, and
// so do simulations, with simulated ports and no threads, whose owner calls
// Runtime::RunOnce until nothing is left to happen.
std::unique_ptr<Engine> AssembleEngine(std::unique_ptr<Runtime> runtime,
                                       SchedulerOptions options);

}  // namespace perfecthash
