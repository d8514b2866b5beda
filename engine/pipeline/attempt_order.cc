#include "engine/pipeline/attempt_order.h"

#include <algorithm>
#include <utility>

namespace perfecthash {

void AttemptCounts::Add(Outcome outcome) {
  solved += outcome == Outcome::kSolved;
  loops += outcome == Outcome::kLoop;
  cyclic += outcome == Outcome::kCyclic;
  prepared += outcome == Outcome::kPrepared;
}

AttemptCounts& AttemptCounts::operator+=(const AttemptCounts& other) {
  solved += other.solved;
  loops += other.loops;
  cyclic += other.cyclic;
  prepared += other.prepared;
  return *this;
}

AttemptOrder::AttemptOrder(std::uint64_t attempt_count_max,
                           const BestGraphOptions* best_graph)
    : attempt_count_max_(attempt_count_max), last_needed_(attempt_count_max) {
  if (best_graph != nullptr) best_.emplace(*best_graph);
}

AttemptOrder::Slice AttemptOrder::Claim(std::uint64_t count) {
  if (is_over() || is_crowded_.load(std::memory_order_relaxed)) return {};
  const std::uint64_t first = next_.fetch_add(count, std::memory_order_relaxed);
  if (first > attempt_count_max_) return {};
  return {first, std::min(count, attempt_count_max_ - first + 1)};
}

void AttemptOrder::NeedNoneAfter(std::uint64_t attempt) {
  std::uint64_t seen = last_needed_.load(std::memory_order_relaxed);
  while (attempt < seen && !last_needed_.compare_exchange_weak(
                               seen, attempt, std::memory_order_relaxed)) {
  }
}

bool AttemptOrder::is_over() const {
  return !IsNeeded(next_.load(std::memory_order_relaxed)) ||
         is_out_of_time_.load(std::memory_order_relaxed);
}

void AttemptOrder::EndByTime() {
  if (!is_over()) is_out_of_time_.store(true, std::memory_order_relaxed);
}

void AttemptOrder::Results::Add(std::uint64_t attempt, Outcome outcome,
                                double value) {
  rest_.Add(outcome);
  if (outcome != Outcome::kSolved) return;
  solutions_.push_back({attempt, value, rest_});
  rest_ = {};
}

void AttemptOrder::Complete(Results results) {
  MutexLock lock(mutex_);
  if (end_.has_value()) return;
  if (results.slice_.first == looked_at_) {
    Look(results);
  } else {
    waiting_.emplace(results.slice_.first, std::move(results));
  }
  while (!end_.has_value() && !waiting_.empty() &&
         waiting_.begin()->first == looked_at_) {
    Look(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
  }
  is_crowded_.store(!end_.has_value() && waiting_.size() >= kWaitingSlicesMax,
                    std::memory_order_relaxed);
}

void AttemptOrder::Look(const Results& results) {
  looked_at_ += results.slice_.count;
  is_cut_short_ |= results.is_cut_short_;
  for (const Results::Solution& solution : results.solutions_) {
    counts_ += solution.counts;
    end_ = Take(solution);
    if (!end_.has_value()) continue;
    NeedNoneAfter(solution.attempt);
    return;
  }
  counts_ += results.rest_;
}

std::optional<SearchEnd> AttemptOrder::Take(const Results::Solution& solution) {
  if (best_.has_value()) return best_->Take(solution.attempt, solution.value);
  first_solved_ = solution.attempt;
  return SearchEnd::kFirstSolution;
}

SearchOutcome AttemptOrder::Result() const {
  MutexLock lock(mutex_);
  SearchOutcome outcome;
  const bool is_out_of_time = is_out_of_time_.load(std::memory_order_relaxed);
  outcome.end =
      end_.value_or(is_out_of_time ? SearchEnd::kTime : SearchEnd::kAttempts);
  if (is_cut_short_) outcome.end = SearchEnd::kTime;
  outcome.counts = counts_;
  outcome.attempt = first_solved_;
  if (best_.has_value()) {
    outcome.attempt = best_->attempt();
    outcome.best_value = best_->value();
    outcome.improvement_count = best_->improvement_count();
    outcome.equal_count = best_->equal_count();
  }
  return outcome;
}

}  // namespace perfecthash
