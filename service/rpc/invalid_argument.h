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

// The error of a request that is itself a field of the caller's: the field that
// it names is seen from there, "items[3].keys" for "keys" in "items[3]". Errors
// that name none are as they were.
absl::Status WithinField(const std::string& outer, const absl::Status& error);

}  // namespace perfecthash
