#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include "engine/io/completion_port_factory.h"

namespace perfecthash {
namespace {

TEST(CompletionPortFactoryTest, ThreadsAreGivenWhenAskedFor) {
  CompletionPortOptions options;
  options.backend = IoBackend::kThreads;
  std::atomic<int> started{0};
  options.thread_count = 3;
  options.on_thread_start = [&started] { ++started; };
  auto created = CreateCompletionPort(options);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->port->name(), "threads");
  created->port.reset();
  EXPECT_EQ(started, 3);
}

// As the default seccomp profile of containers does.
void RefuseIoUring(int os_error) {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
      BPF_STMT(BPF_RET | BPF_K,
               SECCOMP_RET_ERRNO | static_cast<unsigned>(os_error)),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program = {.len = std::size(filter), .filter = filter};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    std::fprintf(stderr, "no seccomp here");
    std::exit(2);
  }
}

void CreateWhereRefused(IoBackend backend, int os_error) {
  RefuseIoUring(os_error);
  CompletionPortOptions options;
  options.backend = backend;
  auto created = CreateCompletionPort(options);
  std::fprintf(stderr, "%s\n",
               created.ok() ? (std::string(created->port->name()) + ": " +
                               created->reason)
                                  .c_str()
                            : created.status().ToString().c_str());
  std::exit(created.ok() ? 0 : 1);
}

TEST(CompletionPortFactoryDeathTest, AutoFallsBackToThreads) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(CreateWhereRefused(IoBackend::kAuto, ENOSYS),
              testing::ExitedWithCode(0),
              "threads: threads, because io_uring is refused: this kernel has "
              "none, or a container's seccomp profile hides it");
  EXPECT_EXIT(CreateWhereRefused(IoBackend::kAuto, EPERM),
              testing::ExitedWithCode(0), "io_uring_disabled");
}

TEST(CompletionPortFactoryDeathTest, ARefusedIoUringIsAnErrorWithARemedy) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(CreateWhereRefused(IoBackend::kIoUring, ENOSYS),
              testing::ExitedWithCode(1),
              "UNAVAILABLE.*choose the backend auto");
}

}  // namespace
}  // namespace perfecthash
