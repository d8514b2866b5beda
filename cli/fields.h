#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <string>

#include "cli/text_table.h"
#include "perfecthash/v1/job.pb.h"

namespace perfecthash {

// "Name  value" lines for one thing. Used by one thread.
class Fields {
 public:
  Fields() : table_({{""}, {""}}) {}

  // Empty values are left out.
  void Add(const std::string& name, const std::string& value);
  std::string Format() const { return table_.Format(); }

 private:
  TextTable table_;
};

// "SUCCEEDED" for STATE_SUCCEEDED.
std::string StateName(v1::Job::State state);
std::string StateName(v1::JobItem::State state);

// "2026-01-31 12:00:00 UTC"; empty when unset.
std::string FormatTime(const google::protobuf::Timestamp& time);

// Empty when zero.
std::string FormatDuration(const google::protobuf::Duration& duration);

}  // namespace perfecthash
