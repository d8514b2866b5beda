#include <gtest/gtest.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include "engine/io/mapped_write.h"
#include "tests/support/temporary_directory.h"

namespace perfecthash {
namespace {

TEST(MappedWriteLinuxTest, AFullDiskIsAnErrorAndNoSignal) {
  const TemporaryDirectory directory;
  const std::string path = directory.path();
  if (::mount("tmpfs", path.c_str(), "tmpfs", 0, "size=256k") != 0) {
    GTEST_SKIP() << "cannot mount a small tmpfs: " << std::strerror(errno);
  }
  std::vector<std::uint8_t> chunk(10'000);
  std::vector<std::uint8_t> bytes(1'000'000, 1);
  MemorySource source(bytes);
  const auto written =
      WriteMappedFile(directory / "file", source, absl::MakeSpan(chunk), 1);
  const auto file_count =
      std::distance(std::filesystem::directory_iterator(path), {});
  ::umount(path.c_str());
  EXPECT_EQ(written.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(file_count, 0);
}

}  // namespace
}  // namespace perfecthash
