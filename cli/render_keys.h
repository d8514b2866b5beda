#pragma once

#include <string>

#include "cli/report.pb.h"

namespace perfecthash {

// Text for people: `-o table`. Each ends with a line end.

std::string RenderKeyFile(const cli::KeyFileReport& report);

}  // namespace perfecthash
