#include "service/rpc/invalid_argument.h"

#include <gtest/gtest.h>

#include "engine/base/error_reason.h"

namespace perfecthash {
namespace {

TEST(InvalidArgumentTest, TheFieldBeginsTheMessageAndIsThereForPrograms) {
  const absl::Status status = InvalidField("seeds", "are too many; give 8");
  EXPECT_EQ(status.message(), "seeds are too many; give 8");
  EXPECT_EQ(ReasonOf(status), "INVALID_FIELD");
  EXPECT_EQ(MetadataOf(status)["field"], "seeds");
}

TEST(InvalidArgumentTest, AFieldWithinAFieldIsNamedFromOutside) {
  const absl::Status status =
      WithinField("items[3]", InvalidField("keys.key_set", "is wrong"));
  EXPECT_EQ(status.message(), "items[3].keys.key_set is wrong");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(status), "INVALID_FIELD");
  EXPECT_EQ(MetadataOf(status)["field"], "items[3].keys.key_set");
}

TEST(InvalidArgumentTest, AMessageThatDoesNotBeginWithTheFieldStaysAsItIs) {
  const absl::Status status =
      WithinField("job", WithMetadata(absl::NotFoundError("/a is not there"),
                                      "field", "directory.keys_path"));
  EXPECT_EQ(status.message(), "/a is not there");
  EXPECT_EQ(MetadataOf(status)["field"], "job.directory.keys_path");
}

TEST(InvalidArgumentTest, AnErrorWithoutAFieldStaysAsItIs) {
  const absl::Status error = absl::UnavailableError("busy");
  EXPECT_EQ(WithinField("job", error), error);
  EXPECT_EQ(WithinField("job", absl::OkStatus()), absl::OkStatus());
}

}  // namespace
}  // namespace perfecthash
