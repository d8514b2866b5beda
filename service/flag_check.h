#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "CLI/Error.hpp"  // which the next one needs
#include "CLI/Validators.hpp"

namespace perfecthash {

// What the values of flags have to be. CLI11's own checks describe themselves
// in the help, and what they refuse, less well: in enumerators' numbers, and in
// ranges up to the largest double. None of these shows in the help.

CLI::Validator WholeNumber(std::int64_t least, std::int64_t most);

// One of a few names, in any case; given on in the case of `names`, which is
// the lower one.
CLI::Validator OneOf(std::vector<std::string> names);

// "500ms", "30s", "10m" or "2h", at most a day; given on in milliseconds.
CLI::Validator TimeWithUnit();

// "4GiB" or "16777216": 0, or at least `least`; given on in bytes.
CLI::Validator SizeInBytes(std::uint64_t least);

// An address as ParseListenAddress takes it.
CLI::Validator AddressToListenAt();

}  // namespace perfecthash
