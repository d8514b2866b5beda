#include "engine/numa/node_pages.h"

#include <utility>

namespace perfecthash {

NodePages& NodePages::operator=(NodePages&& other) noexcept {
  if (this == &other) return *this;
  Free();
  data_ = std::exchange(other.data_, nullptr);
  size_bytes_ = std::exchange(other.size_bytes_, 0);
  mapped_bytes_ = std::exchange(other.mapped_bytes_, 0);
  binding_status_ = std::move(other.binding_status_);
  return *this;
}

}  // namespace perfecthash
