#include "service/process/listen_address.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "engine/base/error_reason.h"
#include "engine/base/unique_handle.h"
#include "tests/support/temporary_directory.h"

namespace perfecthash {
namespace {

TEST(ListenAddressTest, ReadsPortsAndSockets) {
  const auto tcp = ParseListenAddress("127.0.0.1:0");
  EXPECT_TRUE(tcp->is_local());
  EXPECT_EQ(tcp->BoundText(81), "127.0.0.1:81");
  const auto six = ParseListenAddress("[::1]:7400");
  EXPECT_TRUE(six->is_local());
  EXPECT_EQ(six->BoundText(81), "[::1]:81");
  EXPECT_FALSE(ParseListenAddress("0.0.0.0:7400")->is_local());
  const auto socket = ParseListenAddress("unix:/run/x");
  EXPECT_TRUE(socket->is_unix());
  EXPECT_TRUE(socket->is_local());
  EXPECT_EQ(socket->unix_path, "/run/x");
  EXPECT_EQ(socket->BoundText(1), "unix:/run/x");
}

TEST(ListenAddressTest, RefusesTheRest) {
  for (const std::string& text :
       {std::string("7400"), std::string(":7400"), std::string("host:"),
        std::string("host:99999"), std::string("host:7400x"),
        std::string("::1:7400"), std::string("unix:"),
        "unix:/" + std::string(120, 'x')}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseListenAddress(text).status()))
        << text;
  }
}

// Listens at a port of its own.
class PortHolder {
 public:
  PortHolder() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    const int socket = static_cast<int>(socket_.get());
    EXPECT_EQ(::bind(socket, raw, size), 0);
    EXPECT_EQ(::listen(socket, 1), 0);
    EXPECT_EQ(::getsockname(socket, raw, &size), 0);
    port_ = ntohs(address.sin_port);
  }
  int port() const { return port_; }

 private:
  UniqueHandle socket_;
  int port_ = 0;
};

absl::Status CheckPort(const std::string& text) {
  return CheckPortIsFree(*ParseListenAddress(text));
}

TEST(PortTest, AFreeOneIsFoundSoAgainAndAgain) {
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(CheckPort("127.0.0.1:0").ok());
    EXPECT_TRUE(CheckPort("localhost:0").ok());
    EXPECT_TRUE(CheckPort("0.0.0.0:0").ok());
  }
}

TEST(PortTest, ATakenOneIsRefused) {
  const PortHolder holder;
  for (const char* host : {"127.0.0.1:", "0.0.0.0:"}) {
    const absl::Status status = CheckPort(host + std::to_string(holder.port()));
    EXPECT_EQ(ReasonOf(status), "ADDRESS_IN_USE") << status;
  }
}

TEST(PortTest, AHostMustBeKnownAndOfThisMachine) {
  absl::Status status = CheckPort("no-such-host.invalid:0");
  EXPECT_NE(status.message().find("the host is not known"), std::string::npos)
      << status;
  status = CheckPort("192.0.2.1:0");  // an example's, which nobody has
  EXPECT_NE(status.message().find("not one of this machine's"),
            std::string::npos)
      << status;
}

class SocketPathTest : public testing::Test {
 protected:
  UniqueHandle Bind(const std::string& path) {
    UniqueHandle bound(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    EXPECT_EQ(::bind(static_cast<int>(bound.get()),
                     reinterpret_cast<sockaddr*>(&address), sizeof(address)),
              0);
    return bound;
  }
  TemporaryDirectory folder_;
};

TEST_F(SocketPathTest, StaleIsRemoved) {
  const std::string path = folder_ / "s";
  EXPECT_TRUE(PrepareSocketPath(path).ok());
  Bind(path).Reset();
  EXPECT_EQ(::access(path.c_str(), F_OK), 0);
  EXPECT_TRUE(PrepareSocketPath(path).ok());
  EXPECT_NE(::access(path.c_str(), F_OK), 0);
}

TEST_F(SocketPathTest, ALiveOneIsNot) {
  const std::string path = folder_ / "s";
  const UniqueHandle bound = Bind(path);
  ASSERT_EQ(::listen(static_cast<int>(bound.get()), 1), 0);
  EXPECT_EQ(ReasonOf(PrepareSocketPath(path)), "ADDRESS_IN_USE");
  EXPECT_EQ(::access(path.c_str(), F_OK), 0);
}

TEST_F(SocketPathTest, AFileIsNot) {
  const std::string path = folder_.Write("f", "precious");
  EXPECT_EQ(ReasonOf(PrepareSocketPath(path)), "ADDRESS_IN_USE");
  EXPECT_EQ(TemporaryDirectory::Read(path), "precious");
}

TEST_F(SocketPathTest, ItsDirectoryIsNotMade) {
  const absl::Status status = PrepareSocketPath(folder_ / "missing/s");
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_NE(status.message().find("there is no directory"), std::string::npos)
      << status;
  EXPECT_TRUE(PrepareSocketPath("perfecthash-test-s").ok());  // here
}

}  // namespace
}  // namespace perfecthash
