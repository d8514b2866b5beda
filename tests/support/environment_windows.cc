#include <cstdlib>
#include <utility>

#include "tests/support/environment.h"

namespace perfecthash {

ScopedEnvironment::ScopedEnvironment(std::string name, const std::string& value)
    : name_(std::move(name)) {
  ::_putenv_s(name_.c_str(), value.c_str());
}

ScopedEnvironment::~ScopedEnvironment() { ::_putenv_s(name_.c_str(), ""); }

}  // namespace perfecthash
