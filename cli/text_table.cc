#include "cli/text_table.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"

namespace perfecthash {
namespace {

// Code points, which is columns for all but the widest scripts.
std::size_t DisplayWidth(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char character) {
        return (static_cast<unsigned char>(character) & 0xC0) != 0x80;
      }));
}

}  // namespace

TextTable::TextTable(std::vector<Column> columns)
    : columns_(std::move(columns)) {
  for (const Column& column : columns_) {
    widths_.push_back(DisplayWidth(column.title));
  }
}

void TextTable::AddRow(std::vector<std::string> cells) {
  CHECK(cells.size() == columns_.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    for (char& character : cells[i]) {
      const auto code = static_cast<unsigned char>(character);
      if (code < 0x20 || code == 0x7F) character = '?';
    }
    widths_[i] = std::max(widths_[i], DisplayWidth(cells[i]));
  }
  rows_.push_back(std::move(cells));
}

std::string TextTable::FormatRow(const std::vector<std::string>& cells) const {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += "  ";
    const std::string padding(widths_[i] - DisplayWidth(cells[i]), ' ');
    line += columns_[i].align == Align::kRight ? padding + cells[i]
                                               : cells[i] + padding;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string TextTable::Format() const {
  std::string text;
  std::vector<std::string> titles;
  bool has_titles = false;
  for (const Column& column : columns_) {
    titles.push_back(column.title);
    has_titles = has_titles || !column.title.empty();
  }
  if (has_titles) text += FormatRow(titles);
  for (const std::vector<std::string>& row : rows_) text += FormatRow(row);
  return text;
}

}  // namespace perfecthash
