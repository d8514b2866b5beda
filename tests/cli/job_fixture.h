#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/cli/cli_process.h"
#include "tests/cli/fake_server.h"

namespace perfecthash {

// A fake server, and commands that are sent there.
class JobFixture : public testing::Test {
 protected:
  CliResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--address", server_.address()});
    return RunCli(arguments);
  }

  // A detached job of these items.
  void MakeJob(const std::vector<std::string>& items) {
    TemporaryDirectory directory;
    unsigned key = 0;
    for (const std::string& item : items) {
      directory.Write(item + ".keys", KeyBytes({++key}));
    }
    ASSERT_EQ(Run({"bulk", directory.path(), "--detach"}).exit_code, 0);
  }

  FakeServer server_;
};

}  // namespace perfecthash
