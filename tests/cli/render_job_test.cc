#include "cli/render_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

cli::JobReport Report() {
  cli::JobReport report;
  v1::Job& job = *report.mutable_job();
  job.set_name("jobs/1");
  job.set_state(v1::Job::STATE_PARTIALLY_SUCCEEDED);
  job.mutable_progress()->set_items_total(13'637);
  job.mutable_progress()->set_items_succeeded(13'636);
  job.mutable_progress()->set_items_failed(1);
  job.mutable_progress()->set_keys_done(10'446'240);
  job.mutable_progress()->set_attempts(30'910);
  job.mutable_progress()->mutable_running_duration()->set_seconds(2);
  v1::JobItem& item = *report.add_failures();
  item.set_item_id("shell32");
  item.set_state(v1::JobItem::STATE_FAILED);
  item.mutable_error()->set_code(8);
  item.mutable_error()->set_message("no solution");
  cli::LocalFailure& left_out = *report.add_local_failures();
  left_out.set_path("in/odd.keys");
  left_out.set_reason("5 bytes");
  report.mutable_upload()->set_files(13'637);
  report.mutable_upload()->set_bytes(41'800'000);
  report.mutable_upload()->mutable_upload_duration()->set_seconds(1);
  report.mutable_download()->set_directory("out");
  report.mutable_download()->set_files(68'180);
  report.mutable_download()->set_bytes(1 << 20);
  report.mutable_wall_duration()->set_seconds(4);
  return report;
}

TEST(RenderJobTest, ASummaryIsGolden) {
  EXPECT_EQ(RenderReport(Report(), Color::kNo),
            "Job        jobs/1\n"
            "State      PARTIALLY_SUCCEEDED\n"
            "Tables     13,637: 13,636 succeeded, 1 failed\n"
            "Keys       10,446,240\n"
            "Attempts   30,910\n"
            "Wall time  4.00 s (upload 1.00 s, build 2.00 s)\n"
            "Uploaded   13,637 files, 39.9 MiB (0 were there already)\n"
            "Written    68,180 files, 1.0 MiB in out\n"
            "\n"
            "FAILED TABLE  STATE   REASON\n"
            "shell32       FAILED  no solution (RESOURCE_EXHAUSTED)\n"
            "\n"
            "LEFT OUT     REASON\n"
            "in/odd.keys  5 bytes\n");
}

TEST(RenderJobTest, OnlyTheStateIsColoured) {
  const std::string text = RenderReport(Report(), Color::kYes);
  EXPECT_THAT(text, HasSubstr("\x1b[31mPARTIALLY_SUCCEEDED\x1b[0m\n"));
  EXPECT_THAT(RenderReport(Report(), Color::kNo), Not(HasSubstr("\x1b")));
}

TEST(RenderJobTest, ASingleTableShowsItsSeeds) {
  v1::Job job;
  job.set_name("jobs/1");
  job.set_state(v1::Job::STATE_SUCCEEDED);
  job.mutable_table_result()->set_hash_function("Jenkins");
  job.mutable_table_result()->add_seeds(16);
  job.mutable_table_result()->add_seeds(255);
  EXPECT_THAT(RenderJob(job, Color::kNo), HasSubstr("0x10,0xff"));
}

TEST(RenderJobTest, PriorityAndCapsAreShownWhenTheServerTellsThem) {
  v1::Job job;
  EXPECT_THAT(RenderJob(job, Color::kNo),
              AllOf(Not(HasSubstr("Priority")), Not(HasSubstr("At once"))));
  job.mutable_scheduling_policy()->set_priority(2);
  job.mutable_scheduling_policy()->set_fairness_weight(1.5f);
  job.mutable_concurrency_limits()->set_max_concurrent_tables(4);
  job.mutable_concurrency_limits()->set_max_threads(16);
  job.mutable_concurrency_limits()->set_max_memory_bytes(1 << 30);
  const std::string text = RenderJob(job, Color::kNo);
  EXPECT_THAT(text, testing::ContainsRegex("Priority +2, weight 1.5\n"));
  EXPECT_THAT(
      text, testing::ContainsRegex("At once +4 tables, 16 threads, 1.0 GiB\n"));
}

TEST(RenderJobTest, ListsHaveHeadings) {
  v1::ListJobsResponse jobs;
  jobs.add_jobs()->set_name("jobs/1");
  EXPECT_THAT(RenderJobs(jobs, Color::kNo), testing::StartsWith("NAME"));
  v1::ListJobItemsResponse items;
  items.add_job_items()->set_item_id("a");
  EXPECT_THAT(RenderItems(items, Color::kNo), testing::StartsWith("INDEX"));
}

}  // namespace
}  // namespace perfecthash
