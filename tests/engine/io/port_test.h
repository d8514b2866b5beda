#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/io/completion_port.h"
#include "tests/engine/io/port_harness.h"

namespace perfecthash {

// A test of one port of small depth; skipped where this system has none of the
// kind.
class PortTest : public testing::TestWithParam<PortKind> {
 public:
  static constexpr int kDepth = 4;

 protected:
  void SetUp() override {
    std::string refusal;
    harness_ = MakePortHarness(GetParam(), kDepth, refusal);
    if (harness_ == nullptr) GTEST_SKIP() << refusal;
  }

  CompletionPort& port() { return harness_->port(); }

  std::unique_ptr<PortHarness> harness_;
};

}  // namespace perfecthash
