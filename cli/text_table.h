#pragma once

#include <string>
#include <vector>

namespace perfecthash {

enum class Align { kLeft, kRight };

// Rows of text in aligned columns, two spaces apart. Used by one thread.
class TextTable {
 public:
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };

  explicit TextTable(std::vector<Column> columns);

  // As many cells as there are columns. Control characters in a cell (a file
  // name may hold any) come out as '?'.
  void AddRow(std::vector<std::string> cells);

  // Ends with a line end. Columns without any title print no heading.
  std::string Format() const;

 private:
  std::string FormatRow(const std::vector<std::string>& cells) const;

  std::vector<Column> columns_;
  std::vector<std::size_t> widths_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace perfecthash
