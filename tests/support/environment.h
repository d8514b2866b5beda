#pragma once

#include <string>

namespace perfecthash {

// Sets a variable of this process's environment until it dies; the variable is
// not set otherwise. One thread at a time.
class ScopedEnvironment {
 public:
  ScopedEnvironment(std::string name, const std::string& value);
  ~ScopedEnvironment();
  ScopedEnvironment(const ScopedEnvironment&) = delete;
  ScopedEnvironment& operator=(const ScopedEnvironment&) = delete;

 private:
  const std::string name_;
};

}  // namespace perfecthash
