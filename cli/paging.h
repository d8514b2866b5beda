#pragma once

#include <algorithm>
#include <functional>

#include "cli/flag_group.h"
#include "cli/rpc.h"
#include "engine/base/status_macros.h"
#include "perfecthash/v1/job.pb.h"

namespace perfecthash {

template <typename Response>
struct Pages {
  std::int64_t limit = 0;  // elements in all; 0 = no limit
  int (*size_of)(const Response&);
};

// Calls a List method until its last page, or until `limit` elements are there.
// The pages come as one response; its next_page_token is where to go on.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> CallPages(
    Session& session, Stub& stub,
    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                 Response*),
    Request request, Pages<Response> pages) {
  constexpr std::int64_t kPageSize = 1'000;
  const std::int64_t page_size =
      request.page_size() > 0 ? request.page_size() : kPageSize;
  Response all;
  while (true) {
    const std::int64_t rest =
        pages.limit > 0 ? pages.limit - pages.size_of(all) : page_size;
    request.set_page_size(static_cast<int>(std::min(page_size, rest)));
    ASSIGN_OR_RETURN(const Response page, Call(session, stub, method, request));
    all.MergeFrom(page);
    all.set_next_page_token(page.next_page_token());
    if (page.next_page_token().empty()) return all;
    if (pages.limit > 0 && pages.size_of(all) >= pages.limit) return all;
    request.set_page_token(page.next_page_token());
  }
}

// --limit, --page-size and --page-token.
template <typename Request>
void AddPageFlags(FlagGroup& flags, Request& request, std::int64_t& limit) {
  flags.Integer({"--limit", "At most this many; 0 = all", "0"}, {},
                [&limit](std::int64_t n) { limit = n; });
  flags.Integer({"--page-size", "How many to ask for in one call", "1000"},
                {.least = 1}, [&request](std::int64_t n) {
                  request.set_page_size(static_cast<int>(n));
                });
  flags.Text(
      {"--page-token",
       "Go on where a list with --limit ended (its nextPageToken)",
       "from the start"},
      [&request](const std::string& token) { request.set_page_token(token); });
}

inline absl::StatusOr<v1::ListJobItemsResponse> ListItems(
    Session& session, const v1::ListJobItemsRequest& request,
    std::int64_t limit) {
  return CallPages(
      session, session.connection().jobs(),
      &v1::JobService::StubInterface::ListJobItems, request,
      {.limit = limit, .size_of = [](const v1::ListJobItemsResponse& page) {
         return page.job_items_size();
       }});
}

}  // namespace perfecthash
