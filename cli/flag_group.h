#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace perfecthash {

// One option: its names as CLI11 takes them ("-o,--output"), what it means, and
// the default in words.
struct Flag {
  std::string names;
  std::string help;
  std::string fallback;
};

struct IntegerRange {
  std::int64_t least = 0;
  std::int64_t most = INT32_MAX;
};

enum class Presence { kOptional, kRequired };

struct Choice {
  std::string text;
  int value;
};

// Adds options of one kind each to a command, under one heading of its --help.
// Each may also be set by the environment variable PERFECTHASH_ + its long
// name ("--max-lanes": PERFECTHASH_MAX_LANES); the command line wins. A value
// that does not parse is a usage error that says what is expected. The setters
// run only for options that were given, after the whole line was parsed.
class FlagGroup {
 public:
  // Outlived by `app`, and so are the setters.
  FlagGroup(CLI::App& app, std::string heading)
      : app_(app), heading_(std::move(heading)) {}

  // A word of the command line by its place, with no variable of its own.
  void Argument(const std::string& name, const std::string& help,
                Presence presence, std::string& target);
  void Text(const Flag& flag, std::function<void(const std::string&)> set);
  // KEY=VALUE; may be given several times.
  using AddPair =
      std::function<void(const std::string& key, const std::string& value)>;
  void Pairs(const Flag& flag, AddPair add);
  void Duration(const Flag& flag,
                std::function<void(std::chrono::nanoseconds)> set);
  // "--x" alone means `alone`, "--x=2m" that.
  void OptionalDuration(const Flag& flag, const std::string& alone,
                        std::function<void(std::chrono::nanoseconds)> set);
  void ByteSize(const Flag& flag, std::function<void(std::int64_t)> set);
  void Integer(const Flag& flag, IntegerRange range,
               std::function<void(std::int64_t)> set);
  // Decimal or 0x....
  void Unsigned(const Flag& flag, std::function<void(std::uint64_t)> set);
  // Several, separated by commas or blanks.
  void UnsignedList(const Flag& flag, std::uint64_t most,
                    std::function<void(std::uint64_t)> add);
  void Real(const Flag& flag, std::function<void(double)> set);
  void Choose(const Flag& flag, std::vector<Choice> choices,
              std::function<void(int)> set);
  void Switch(const Flag& flag, std::function<void()> set);

 private:
  // Heading, environment variable, and the words of --help.
  void Finish(CLI::Option* option, const Flag& flag, const std::string& type);

  CLI::App& app_;
  const std::string heading_;
};

// "PERFECTHASH_MAX_LANES" for "--max-lanes", also out of "-x,--max-lanes".
std::string EnvironmentVariableOf(const std::string& names);

}  // namespace perfecthash
