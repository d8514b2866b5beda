#include "cli/render_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace perfecthash {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RenderKeysTest, AGoodFileShowsItsMeasures) {
  cli::KeyFileReport report;
  report.set_path("a.keys");
  report.set_key_size_bytes(4);
  report.set_key_count(9);
  report.set_max_key(255);
  report.set_edge_count(16);
  report.set_vertex_count(32);
  report.set_density(0.5625);
  report.set_usable(true);
  const std::string text = RenderKeyFile(report);
  EXPECT_THAT(text, HasSubstr("32 bits"));
  EXPECT_THAT(text, HasSubstr("0xff"));
  EXPECT_THAT(text, HasSubstr("0.562 keys per index"));
  EXPECT_THAT(text, Not(HasSubstr("Packs")));
}

TEST(RenderKeysTest, ProblemsAreListed) {
  cli::KeyFileReport report;
  report.set_key_size_bytes(8);
  report.add_problems("there are no keys");
  const std::string text = RenderKeyFile(report);
  EXPECT_THAT(text, HasSubstr("Usable     no"));
  EXPECT_THAT(text, HasSubstr("there are no keys"));
}

}  // namespace
}  // namespace perfecthash
