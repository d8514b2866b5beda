#include "engine/io/completion_port_factory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/io/completion_port_backends.h"

namespace perfecthash {
namespace {

TEST(CompletionPortFactoryTest, BackendsAreParsedByName) {
  EXPECT_EQ(*ParseIoBackend("auto"), IoBackend::kAuto);
  EXPECT_EQ(*ParseIoBackend("io_uring"), IoBackend::kIoUring);
  EXPECT_EQ(*ParseIoBackend("threads"), IoBackend::kThreads);
  EXPECT_EQ(*ParseIoBackend("iocp"), IoBackend::kIocp);
  EXPECT_THAT(std::string(ParseIoBackend("kqueue").status().message()),
              testing::HasSubstr("auto, io_uring, threads or iocp"));
}

TEST(CompletionPortBackendsTest, TheLastOneOfASystemAlwaysWorks) {
  ASSERT_FALSE(PlatformBackends().empty());
  const auto port = PlatformBackends().back().create({});
  ASSERT_TRUE(port.ok()) << port.status();
  EXPECT_EQ(*ParseIoBackend((*port)->name()),
            PlatformBackends().back().backend);
}

TEST(CompletionPortFactoryTest, AutoAlwaysFindsABackendAndSaysWhy) {
  auto created = CreateCompletionPort({});
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_THAT(created->reason,
              testing::HasSubstr(std::string(created->port->name())));
}

TEST(CompletionPortFactoryTest, AnotherSystemsBackendIsUnavailable) {
  int available = 0;
  for (const IoBackend backend :
       {IoBackend::kIoUring, IoBackend::kThreads, IoBackend::kIocp}) {
    auto created = CreateCompletionPort({.backend = backend});
    if (created.ok()) {
      ++available;
      EXPECT_THAT(created->reason, testing::HasSubstr("was asked for"));
      continue;
    }
    EXPECT_EQ(created.status().code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(std::string(created.status().message()),
                testing::HasSubstr("choose the backend auto"));
  }
  EXPECT_GE(available, 1);
}

}  // namespace
}  // namespace perfecthash
