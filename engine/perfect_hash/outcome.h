#pragma once

#include <cstdint>

namespace perfecthash {

// How an attempt ended. None of these is an error.
enum class Outcome : std::uint8_t {
  kSolved,     // the graph has no cycle: Build() makes the table
  kLoop,       // a key has twice the same vertex
  kCyclic,     // the keys' edges close a cycle
  kPrepared,   // no graph was tried: it prepared attempts that follow
  kStopped,    // the stop flag was up; the attempt has no verdict
  kExhausted,  // there is no attempt of this number any more
};

}  // namespace perfecthash
