#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/job_fixture.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using ServerStatsTest = JobFixture;

TEST_F(ServerStatsTest, ShowsWhatIsOutstandingAndTheBuffers) {
  EXPECT_THAT(Run({"server", "stats"}).out,
              AllOf(HasSubstr("Work outstanding  0"), HasSubstr("4.0 KiB")));
}

}  // namespace
}  // namespace perfecthash
