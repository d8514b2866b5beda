#include "cli/flag_group.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "cli/byte_size.h"
#include "cli/duration.h"
#include "cli/exit_code.h"
#include "cli/number.h"

namespace perfecthash {
namespace {

// CLI11's form of a check: an empty string is good, else it is the complaint.
template <typename Parse>
std::function<std::string(std::string&)> CheckOf(Parse parse) {
  return [parse](std::string& text) {
    const auto value = parse(text);
    return value.ok() ? std::string() : MessageOf(value.status());
  };
}

template <typename Parse, typename Set>
CLI::Option* AddParsed(CLI::App& app, const Flag& flag, Parse parse, Set set) {
  return app
      .add_option_function<std::string>(
          flag.names,
          [parse, set](const std::string& text) { set(*parse(text)); })
      ->check(CLI::Validator(CheckOf(parse), ""));
}

}  // namespace

std::string EnvironmentVariableOf(const std::string& names) {
  std::string name = names.substr(names.find("--") + 2);
  name = name.substr(0, name.find_first_of(",{"));
  for (char& character : name) {
    character = character == '-' ? '_'
                                 : static_cast<char>(std::toupper(
                                       static_cast<unsigned char>(character)));
  }
  return "PERFECTHASH_" + name;
}

void FlagGroup::Finish(CLI::Option* option, const Flag& flag,
                       const std::string& type) {
  const std::string variable = EnvironmentVariableOf(flag.names);
  std::string help = flag.help + " (";
  if (!flag.fallback.empty()) help += "default: " + flag.fallback + "; ";
  help += variable + ")";
  option->description(help)->group(heading_)->envname(variable);
  if (!type.empty()) option->type_name(type);
}

void FlagGroup::Argument(const std::string& name, const std::string& help,
                         Presence presence, std::string& target) {
  app_.add_option(name, target, help)
      ->required(presence == Presence::kRequired);
}

void FlagGroup::Text(const Flag& flag,
                     std::function<void(const std::string&)> set) {
  Finish(app_.add_option_function<std::string>(flag.names, std::move(set)),
         flag, "TEXT");
}

void FlagGroup::Pairs(const Flag& flag, AddPair add) {
  CLI::Option* option = app_.add_option_function<std::vector<std::string>>(
      flag.names, [add = std::move(add)](const std::vector<std::string>& all) {
        for (const std::string& text : all) {
          const std::size_t equals = text.find('=');
          add(text.substr(0, equals), text.substr(equals + 1));
        }
      });
  const auto check = [](std::string& text) {
    const std::size_t equals = text.find('=');
    const bool is_pair = equals != 0 && equals != std::string::npos;
    return is_pair ? std::string() : "\"" + text + "\" is not KEY=VALUE";
  };
  option->allow_extra_args(false);  // one per flag, or it eats positionals
  option->check(CLI::Validator(check, ""));
  Finish(option, flag, "KEY=VALUE");
}

void FlagGroup::Duration(const Flag& flag,
                         std::function<void(std::chrono::nanoseconds)> set) {
  Finish(AddParsed(
             app_, flag,
             [](const std::string& text) { return ParseDuration(text); },
             std::move(set)),
         flag, "DURATION");
}

void FlagGroup::OptionalDuration(
    const Flag& flag, const std::string& alone,
    std::function<void(std::chrono::nanoseconds)> set) {
  const auto parse = [](const std::string& text) {
    return ParseDuration(text);
  };
  // CLI11 takes "--x" and "--x=2m", but not "--x 2m", only for flags, and
  // flags that hold text only with a variable.
  const auto text = std::make_shared<std::string>();
  CLI::Option* option = app_.add_flag(flag.names + "{" + alone + "}", *text);
  option->check(CLI::Validator(CheckOf(parse), ""));
  option->each([text, parse, set = std::move(set)](const std::string& value) {
    set(*parse(value));
  });
  Finish(option, flag, "");
}

void FlagGroup::ByteSize(const Flag& flag,
                         std::function<void(std::int64_t)> set) {
  Finish(AddParsed(
             app_, flag,
             [](const std::string& text) { return ParseByteSize(text); },
             std::move(set)),
         flag, "SIZE");
}

void FlagGroup::Integer(const Flag& flag, IntegerRange range,
                        std::function<void(std::int64_t)> set) {
  const auto parse = [range](const std::string& text) {
    return ParseInteger(text, range.least, range.most);
  };
  Finish(AddParsed(app_, flag, parse, std::move(set)), flag, "NUMBER");
}

void FlagGroup::Unsigned(const Flag& flag,
                         std::function<void(std::uint64_t)> set) {
  const auto parse = [](const std::string& text) {
    return ParseUnsigned(text, UINT64_MAX);
  };
  Finish(AddParsed(app_, flag, parse, std::move(set)), flag, "NUMBER");
}

void FlagGroup::UnsignedList(const Flag& flag, std::uint64_t most,
                             std::function<void(std::uint64_t)> add) {
  const auto parse = [most](const std::string& text) {
    return ParseUnsignedList(text, most);
  };
  const auto set =
      [add = std::move(add)](const std::vector<std::uint64_t>& values) {
        for (const std::uint64_t value : values) add(value);
      };
  Finish(AddParsed(app_, flag, parse, set), flag, "NUMBER,...");
}

void FlagGroup::Real(const Flag& flag, std::function<void(double)> set) {
  const auto parse = [](const std::string& text) { return ParseReal(text); };
  Finish(AddParsed(app_, flag, parse, std::move(set)), flag, "NUMBER");
}

void FlagGroup::Choose(const Flag& flag, std::vector<Choice> choices,
                       std::function<void(int)> set) {
  std::vector<std::string> texts;
  for (const Choice& choice : choices) texts.push_back(choice.text);
  const std::string all = absl::StrJoin(texts, "|");
  const auto parse = [choices = std::move(choices),
                      all](const std::string& text) -> absl::StatusOr<int> {
    for (const Choice& choice : choices) {
      if (choice.text == text) return choice.value;
    }
    return absl::InvalidArgumentError("\"" + text + "\" is none of " + all);
  };
  Finish(AddParsed(app_, flag, parse, std::move(set)), flag, all);
}

void FlagGroup::Switch(const Flag& flag, std::function<void()> set) {
  Finish(app_.add_flag_callback(flag.names, std::move(set)), flag, "");
}

}  // namespace perfecthash
