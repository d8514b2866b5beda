#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/cli/cli_process.h"
#include "tests/cli/fake_server.h"

namespace perfecthash {

// A fake server and a directory of key files to send there.
class BulkFixture : public testing::Test {
 protected:
  // Runs `bulk` on in/ into out/, with more arguments.
  CliOptions Bulk(const std::vector<std::string>& more = {}) {
    CliOptions options;
    options.working_directory = directory_.path();
    options.arguments = {"bulk", directory_.path() + "/in", "--address",
                         server_.address()};
    options.arguments.insert(options.arguments.end(), more.begin(), more.end());
    return options;
  }

  void WriteKeys(int count) {
    for (int i = 0; i < count; ++i) {
      directory_.Write("in/k" + std::to_string(i) + ".keys",
                       KeyBytes({1u + static_cast<unsigned>(i), 70'000}));
    }
  }

  TemporaryDirectory directory_;
  FakeServer server_;
};

}  // namespace perfecthash
