#include "cli/tables_report.h"

#include <utility>

#include "cli/json.h"
#include "cli/rpc.h"
#include "cli/tables_csv.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

// A report as it grows.
class Writer {
 public:
  explicit Writer(ReportFile& file) : file_(file) {}

  void Begin(const v1::Job& job) {
    if (is_csv()) {
      file_.Write(CsvHeader());
    } else {
      file_.Write("{\"job\":" + ToJson(job, JsonLayout::kOneLine) +
                  ",\n\"jobItems\":[");
    }
  }
  void Add(const v1::JobItem& item) {
    if (is_csv()) {
      file_.Write(CsvRow(item));
    } else {
      file_.Write(is_first_ ? "\n" : ",\n");
      file_.Write(ToJson(item, JsonLayout::kOneLine));
    }
    is_first_ = false;
  }
  absl::Status End() {
    if (!is_csv()) file_.Write("\n]}\n");
    return file_.Commit();
  }

 private:
  bool is_csv() const { return file_.format() == ReportFormat::kCsv; }

  ReportFile& file_;
  bool is_first_ = true;
};

}  // namespace

absl::Status WriteTablesReport(Session& session, const v1::Job& job,
                               ReportFile& file) {
  Writer writer(file);
  writer.Begin(job);
  v1::ListJobItemsRequest request;
  request.set_parent(job.name());
  do {
    ASSIGN_OR_RETURN(
        const v1::ListJobItemsResponse page,
        Call(session, session.connection().jobs(),
             &v1::JobService::StubInterface::ListJobItems, request));
    for (const v1::JobItem& item : page.job_items()) writer.Add(item);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return writer.End();
}

void AddReportFlag(FlagGroup& flags, std::string& path) {
  flags.Text({"--report",
              "Write all that is known of each table (attempts, failures, "
              "times, seeds, coverage) into FILE.csv or FILE.json",
              "none"},
             [&path](const std::string& value) { path = value; });
}

std::string RenderTablesReport(const cli::TablesReport& report) {
  std::string text = CsvHeader();
  for (const v1::JobItem& item : report.job_items()) text += CsvRow(item);
  return text;
}

}  // namespace perfecthash
