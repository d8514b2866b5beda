#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/file_bytes.h"
#include "engine/base/mapped_file.h"
#include "gtest/gtest.h"

namespace perfecthash {
namespace {

// Windows refuses to truncate a file that is mapped.
TEST(MappedFileLinuxTest, ToCopyATruncatedFileIsAnErrorAndNoSignal) {
  const std::string path =
      testing::TempDir() + "/truncated_" + std::to_string(::getpid());
  for (const std::size_t new_size : {0, 5000, 99'999}) {
    SCOPED_TRACE(new_size);
    ASSERT_TRUE(
        WriteFileBytes(path, std::vector<std::uint8_t>(100'000, 1)).ok());
    const auto file = MappedFile::Open(path);
    ASSERT_TRUE(file.ok()) << file.status();
    std::filesystem::resize_file(path, new_size);
    std::vector<std::uint8_t> copy(100'000);
    EXPECT_EQ(file->CopyTo(absl::MakeSpan(copy)).code(),
              absl::StatusCode::kAborted);
  }
  std::filesystem::remove(path);
}

TEST(MappedFileLinuxTest, ADeviceIsRefused) {
  EXPECT_EQ(MappedFile::Open("/dev/zero").status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace perfecthash
