#include "cli/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/exit_code.h"

namespace perfecthash {
namespace {

using testing::HasSubstr;

TEST(AddressTest, FormsThatCanBeDialled) {
  for (const char* address :
       {"localhost:7400", "127.0.0.1:1", "[::1]:65535", "unix:/run/x",
        "unix:relative", "unix-abstract:x", "dns:///host:7400",
        "ipv4:10.0.0.1:7400", "ipv6:[::1]:7400"}) {
    EXPECT_TRUE(CheckAddress(address).ok()) << CheckAddress(address);
  }
}

TEST(AddressTest, OthersAreWrongUsageAndTheFormIsTold) {
  const auto complaint = [](const std::string& address) {
    const absl::Status status = CheckAddress(address);
    EXPECT_EQ(ExitCodeOf(status), ExitCode::kUsage) << address;
    EXPECT_THAT(MessageOf(status), HasSubstr("write HOST:PORT or unix:PATH"));
    return MessageOf(status);
  };
  EXPECT_THAT(complaint(""), HasSubstr("it is empty"));
  EXPECT_THAT(complaint("unix:"), HasSubstr("the path is missing"));
  EXPECT_THAT(complaint("localhost"), HasSubstr("the port is missing"));
  EXPECT_THAT(complaint("[::1]"), HasSubstr("the port is missing"));
  EXPECT_THAT(complaint(":7400"), HasSubstr("the host is missing"));
  EXPECT_THAT(complaint("::1:7400"), HasSubstr("an IPv6 address stands in"));
  EXPECT_THAT(complaint("http://localhost:7400"), HasSubstr("not a URL"));
  for (const char* port : {"0", "65536", "-1", "http", ""}) {
    EXPECT_THAT(complaint(std::string("host:") + port),
                HasSubstr("is no port from 1 to 65535"));
  }
}

}  // namespace
}  // namespace perfecthash
