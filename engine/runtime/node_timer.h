#pragma once

#include "engine/io/completion_port.h"

namespace perfecthash {

// What is to happen at a certain time. It needs no thread: the workers of the
// node it is set on look at it before each wait, and wait no longer than until
// it is due, so it is late by a slice of solving at most. When the time moves
// closer while all of them may be asleep, wake one with a message.
class NodeTimer {
 public:
  // The largest time when nothing is due. Called by any worker, very often.
  virtual CompletionPort::Clock::time_point next_due() const = 0;

  // Does what is due, if that is still so; several workers may call at once.
  virtual void RunDue() = 0;

 protected:
  ~NodeTimer() = default;
};

}  // namespace perfecthash
