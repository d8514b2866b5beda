#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "perfecthash/v1/error.pb.h"
#include "perfecthash/v1/job.pb.h"
#include "perfecthash/v1/server.pb.h"

namespace perfecthash {

// What goes wrong with one call.
struct Fault {
  // Messages of the stream that still pass; 0 for a unary call.
  int after_messages = 0;
  int grpc_code = 14;  // UNAVAILABLE
  std::string message = "the fake breaks";
  // Both in the trailer, when set.
  std::string reason{};
  int retry_seconds = 0;
  // A watch is told first that the server stops.
  bool is_stopping = false;
};

// A server over real sockets that keeps all in memory and "solves" at once. An
// item whose id contains "bad" fails. Each succeeded item has two files,
// "<stem>.h" and "<stem>.table", the second being the keys themselves.
// Thread-safe.
class FakeServer {
 public:
  // On 127.0.0.1 and a free port, or on `address`.
  explicit FakeServer(const std::string& address = "127.0.0.1:0");
  ~FakeServer();

  std::string address() const;

  // --------------------------------------------------------------- behaviour
  void set_limits(const v1::Limits& limits);
  // The next call of `method` ("WatchJob") fails; may be queued.
  void FailNext(const std::string& method, const Fault& fault);
  // Jobs stay RUNNING until Release() or a cancel.
  void Hold();
  void Release();
  // A cancelled job goes on, as one whose workers do not answer.
  void NeverCancel();
  // A CreateTableJob answers only with the job's name, never with its result.
  void NeverWait();
  // Every ".table" file gets this many bytes.
  void set_table_bytes(std::size_t bytes);
  // Damages the digest of the files of this item.
  void DamageFilesOf(const std::string& item_id);
  void LoseFilesOf(const std::string& item_id);

  // -------------------------------------------------------------- what it saw
  int call_count(const std::string& method) const;
  // Largest message of an upload.
  std::size_t upload_message_bytes_max() const;
  int key_set_count() const;
  v1::CreateTableJobRequest last_table_request() const;
  v1::CreateBulkJobRequest last_bulk_request() const;
  v1::WatchOptions last_watch_options() const;
  std::vector<std::int64_t> watched_revisions() const;
  std::vector<int> first_item_indices() const;
  std::string cancel_reason() const;
  v1::UpdateJobRequest last_update_request() const;
  // Blocks until `method` was called `count` times.
  void AwaitCalls(const std::string& method, int count);

  class State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace perfecthash
