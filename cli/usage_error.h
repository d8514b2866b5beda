#pragma once

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace perfecthash {

// For a command line that did not parse: which of its `words` (without the
// program's) is no command or no option, and what it was probably meant to be.
// Nothing if all are known; then CLI11's complaint says what is wrong.
std::optional<std::string> DescribeUnknownWord(
    const CLI::App& app, const std::vector<std::string>& words);

// The complaint about an option that has "=" and no value, before parsing:
// CLI11 takes its default, or the next word.
std::optional<std::string> DescribeMissingValue(
    const std::vector<std::string>& words);

// Those of `candidates` that differ the least from `word`, and by no more than
// a slip of the finger.
std::vector<std::string> NearestWords(
    const std::string& word, const std::vector<std::string>& candidates);

}  // namespace perfecthash
