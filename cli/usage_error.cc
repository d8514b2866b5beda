#include "cli/usage_error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <iterator>
#include <numeric>
#include <utility>

namespace perfecthash {
namespace {

constexpr char kWaitForServer[] = "--wait-for-server";

// Letters to insert, remove or replace.
std::size_t DistanceOf(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

// The innermost command that was understood, and its whole name.
struct Place {
  const CLI::App* command;
  std::string name;
};

Place PlaceOf(const CLI::App& app) {
  Place place = {.command = &app, .name = app.get_name()};
  while (!place.command->get_subcommands().empty()) {
    place.command = place.command->get_subcommands().front();
    place.name += " " + place.command->get_name();
  }
  return place;
}

std::vector<std::string> CommandNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command :
       app.get_subcommands(std::function<bool(const CLI::App*)>())) {
    names.push_back(command->get_name());
  }
  return names;
}

std::vector<std::string> OptionNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
  }
  return names;
}

std::string DescribeOption(const CLI::App& app, const Place& place,
                           const std::string& word) {
  std::vector<std::string> names = OptionNames(*place.command);
  if (place.command != &app) {  // the program's follow every command
    const std::vector<std::string> shared = OptionNames(app);
    names.insert(names.end(), shared.begin(), shared.end());
  }
  const std::string name = word.substr(0, word.find('='));
  const std::vector<std::string> nearest = NearestWords(name, names);
  return fmt::format(
      "\"{}\" is not an option of {}{}{}", name, place.name,
      nearest.empty() ? "" : "; nearest: ", fmt::join(nearest, ", "));
}

std::string DescribeCommand(const Place& place, const std::string& word) {
  const std::vector<std::string> names = CommandNames(*place.command);
  if (names.empty()) {
    return fmt::format("\"{}\" is a word too many for {}", word, place.name);
  }
  const std::vector<std::string> nearest = NearestWords(word, names);
  return fmt::format("\"{}\" is not a command of {}; {}: {}", word, place.name,
                     nearest.empty() ? "there are" : "nearest",
                     fmt::join(nearest.empty() ? names : nearest, ", "));
}

}  // namespace

std::optional<std::string> DescribeUnknownWord(
    const CLI::App& app, const std::vector<std::string>& words) {
  // CLI11 misses the command first, even where a word stands in its place.
  const std::vector<std::string> unknown = app.remaining(true);
  if (unknown.empty()) return std::nullopt;
  const std::string& word = unknown.front();
  const auto found = std::find(words.begin(), words.end(), word);
  if (found != words.begin() && *std::prev(found) == kWaitForServer) {
    return fmt::format("\"{}\" is not a command; {} takes its time as {}={}",
                       word, kWaitForServer, kWaitForServer, word);
  }
  return word.starts_with('-') ? DescribeOption(app, PlaceOf(app), word)
                               : DescribeCommand(PlaceOf(app), word);
}

std::optional<std::string> DescribeMissingValue(
    const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word == "--") break;
    if (word.starts_with("--") && word.find('=') == word.size() - 1) {
      return fmt::format("{} has no value after the =", word);
    }
  }
  return std::nullopt;
}

std::vector<std::string> NearestWords(
    const std::string& word, const std::vector<std::string>& candidates) {
  std::size_t least = word.size() < 4 ? 1 : 2;
  std::vector<std::string> nearest;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = DistanceOf(word, candidate);
    if (distance > least) continue;
    if (distance < least) nearest.clear();
    least = distance;
    nearest.push_back(candidate);
  }
  return nearest;
}

}  // namespace perfecthash
