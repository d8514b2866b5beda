#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "perfecthash/v1/job.pb.h"

namespace perfecthash {

// A job's tables as CSV (RFC 4180): lines end with CR LF, and values that hold
// a comma, a quote or a line end stand in quotes. README.md says what each
// column means; new ones are only ever added at the end. What is not known of
// a table that did not succeed is empty.

// The names of the columns.
std::vector<std::string_view> CsvColumns();
std::string CsvHeader();
std::string CsvRow(const v1::JobItem& item);

// A value as it stands in a row.
std::string CsvField(std::string_view value);

// "MultiplyShiftRX 64 BUDGET_SPENT; Mulshrolate4RX 9 SOLVED": what was tried,
// with how many attempts, and why it ended. "+1" stands behind a function whose
// table was doubled once.
std::string TrialsText(const v1::Search& search);

}  // namespace perfecthash
