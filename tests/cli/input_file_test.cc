#include "cli/input_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "cli/exit_code.h"
#include "tests/cli/cli_process.h"

namespace perfecthash {
namespace {

class InputFileTest : public testing::Test {
 protected:
  // Reads a fifo into which `text` is written meanwhile.
  absl::StatusOr<std::vector<std::uint8_t>> ReadFifo(const std::string& text,
                                                     std::uint64_t max_bytes) {
    const std::string path = directory_.path() + "/fifo";
    EXPECT_EQ(::mkfifo(path.c_str(), 0666), 0);
    std::thread writer([&] { std::ofstream(path, std::ios::binary) << text; });
    auto bytes = ReadInput(path, max_bytes);
    writer.join();
    return bytes;
  }

  TemporaryDirectory directory_;
};

TEST_F(InputFileTest, AFileIsReadWhole) {
  EXPECT_THAT(*ReadInput(directory_.Write("a", "12"), 2),
              testing::ElementsAre('1', '2'));
  EXPECT_FALSE(ReadInput(directory_.Write("b", "123"), 2).ok());
  EXPECT_FALSE(ReadInput(directory_.path(), 2).ok());
  EXPECT_FALSE(ReadInput(directory_.path() + "/none", 2).ok());
}

TEST_F(InputFileTest, AFifoIsReadToItsEnd) {
  const std::string text(200'000, 'x');  // several steps
  const auto bytes = ReadFifo(text, text.size());
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_EQ(bytes->size(), text.size());
}

TEST_F(InputFileTest, AFifoIsBounded) {
  const auto bytes = ReadFifo("12345", 4);
  EXPECT_EQ(bytes.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(MessageOf(bytes.status()), testing::HasSubstr("more than 4"));
  EXPECT_FALSE(ReadInput("/dev/zero", 100'000).ok());
}

}  // namespace
}  // namespace perfecthash
