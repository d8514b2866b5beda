#include <cstdlib>
#include <utility>

#include "tests/support/environment.h"

namespace perfecthash {

ScopedEnvironment::ScopedEnvironment(std::string name, const std::string& value)
    : name_(std::move(name)) {
  ::setenv(name_.c_str(), value.c_str(), 1);
}

ScopedEnvironment::~ScopedEnvironment() { ::unsetenv(name_.c_str()); }

}  // namespace perfecthash
