#pragma once

namespace perfecthash {

// Waits until what was written is on its disk, as far as a program may ask for
// all files at once.
void FlushDisk();

}  // namespace perfecthash
