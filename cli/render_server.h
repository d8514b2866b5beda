#pragma once

#include <string>

#include "perfecthash/v1/server.pb.h"

namespace perfecthash {

// Text for people: `-o table`. Each ends with a line end.

std::string RenderServer(const v1::ServerInfo& server);
std::string RenderNodes(const v1::ListNodesResponse& nodes);
std::string RenderStats(const v1::EngineStats& stats);
std::string RenderWork(const v1::ListWorkResponse& work);

}  // namespace perfecthash
