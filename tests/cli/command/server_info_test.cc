#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/job_fixture.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using ServerInfoTest = JobFixture;

TEST_F(ServerInfoTest, InfoShowsVersionBackendLimitsAndFunctions) {
  EXPECT_THAT(Run({"server", "info"}).out,
              AllOf(HasSubstr("1.2.3"), HasSubstr("threads (it is a fake)"),
                    HasSubstr("8.0 MiB"), HasSubstr("Mulshrolate4RX")));
  EXPECT_THAT(Run({"server", "info", "-o", "json"}).out,
              HasSubstr("\"version\": \"1.2.3\""));
}

}  // namespace
}  // namespace perfecthash
