#include "service/job/job_filter.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

struct Term {
  std::string field;
  std::string value;
};

absl::Status FilterError(const std::string& term, const std::string& rule) {
  return WithReason(
      absl::InvalidArgumentError(absl::StrCat(
          "filter: \"", term, "\" is not understood; give ", rule)),
      "FILTER_INVALID");
}

constexpr char kJobRule[] =
    "state=STATE_RUNNING, kind=KIND_BULK or labels.KEY=VALUE, joined by AND";
constexpr char kItemRule[] = "state=STATE_FAILED or another state of an item";

absl::StatusOr<std::vector<Term>> SplitTerms(const std::string& text,
                                             const std::string& rule) {
  std::vector<Term> terms;
  if (absl::StripAsciiWhitespace(text).empty()) return terms;
  for (const auto& part : absl::StrSplit(text, " AND ")) {
    const std::string term(absl::StripAsciiWhitespace(part));
    const std::vector<std::string> sides =
        absl::StrSplit(term, absl::MaxSplits('=', 1));
    if (sides.size() != 2) return FilterError(term, rule);
    std::string value(absl::StripAsciiWhitespace(sides[1]));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    terms.push_back({std::string(absl::StripAsciiWhitespace(sides[0])), value});
  }
  return terms;
}

}  // namespace

absl::StatusOr<JobFilter> JobFilter::Parse(const std::string& text) {
  JobFilter filter;
  ASSIGN_OR_RETURN(const std::vector<Term> terms, SplitTerms(text, kJobRule));
  for (const Term& term : terms) {
    v1::Job::State state;
    v1::Job::Kind kind;
    if (term.field == "state" && v1::Job::State_Parse(term.value, &state)) {
      filter.state_ = state;
    } else if (term.field == "kind" && v1::Job::Kind_Parse(term.value, &kind)) {
      filter.kind_ = kind;
    } else if (absl::StartsWith(term.field, "labels.")) {
      filter.labels_[term.field.substr(7)] = term.value;
    } else {
      return FilterError(absl::StrCat(term.field, "=", term.value), kJobRule);
    }
  }
  return filter;
}

bool JobFilter::Matches(
    v1::Job::State state, v1::Job::Kind kind,
    const google::protobuf::Map<std::string, std::string>& labels) const {
  if (state_.has_value() && state != *state_) return false;
  if (kind_.has_value() && kind != *kind_) return false;
  for (const auto& [key, value] : labels_) {
    const auto found = labels.find(key);
    if (found == labels.end() || found->second != value) return false;
  }
  return true;
}

absl::StatusOr<std::optional<v1::JobItem::State>> ParseItemFilter(
    const std::string& text) {
  ASSIGN_OR_RETURN(const std::vector<Term> terms, SplitTerms(text, kItemRule));
  std::optional<v1::JobItem::State> wanted;
  for (const Term& term : terms) {
    v1::JobItem::State state;
    if (terms.size() != 1 || term.field != "state" ||
        !v1::JobItem::State_Parse(term.value, &state)) {
      return FilterError(text, kItemRule);
    }
    wanted = state;
  }
  return wanted;
}

}  // namespace perfecthash
