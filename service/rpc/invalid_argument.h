#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace perfecthash {

// InvalidArgument INVALID_FIELD: "`field` `problem`", with the field's name
// for programs. `problem` says what is wrong and what would be right.
absl::Status InvalidField(const std::string& field, const std::string& problem);

// The same when an enum's `value` is not a known one, as newer clients' may be.
absl::Status CheckKnown(bool known, int value, const std::string& field);

// The same when `value` is negative.
absl::Status CheckNotNegative(std::int64_t value, const std::string& field);

}  // namespace perfecthash
