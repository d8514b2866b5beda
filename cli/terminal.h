#pragma once

namespace perfecthash {

// Whether text for people is coloured.
enum class Color { kNo, kYes };

enum class StandardStream { kOutput, kError };

// Whether a person looks at this stream.
bool IsTerminal(StandardStream stream);

// Columns of the terminal behind `stream`; 80 where that is not known.
int TerminalWidth(StandardStream stream);

}  // namespace perfecthash
