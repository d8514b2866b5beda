#pragma once

#include "perfecthash/v1/job.pb.h"

namespace CLI {
class App;
}  // namespace CLI

namespace perfecthash {

// The options of `create` and `bulk` that set fields of their request: how a
// table is made, how much of the machine the job may use, when it runs, and
// what it is called. A field whose option is not given stays unset. `app` does
// not outlive `request`.
void AddJobFlags(CLI::App& app, v1::CreateTableJobRequest& request);
void AddJobFlags(CLI::App& app, v1::CreateBulkJobRequest& request);

// A random (version 4) UUID, which makes a request safe to repeat.
std::string MakeRequestId();

}  // namespace perfecthash
