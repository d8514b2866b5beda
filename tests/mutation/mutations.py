"""Bugs to plant in the product's text, one at a time, and who must notice.

`before` stands once in the file; `after` takes its place. `program` is a test
program below tests/, with the filter of the tests that must fail.
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Mutation:
    name: str
    file: str
    before: str
    after: str
    program: str = "engine/engine_simulation_test"
    filter: str = "*"


MUTATIONS = (
    Mutation("lost completion of an I/O thread",
             "engine/io/queued_port_linux.cc",
             "    Complete(*operation);\n",
             "    if (stats_.submitted_count != 9) Complete(*operation);\n",
             "engine/io/completion_port_contract_test", "*Threads*"),
    Mutation("double completion of an I/O thread",
             "engine/io/queued_port_linux.cc",
             "    Complete(*operation);\n",
             "    Complete(*operation);\n"
             "    if (stats_.submitted_count == 9) Complete(*operation);\n",
             "engine/io/completion_port_contract_test", "*Threads*"),
    Mutation("lost wake-up of a sleeping worker",
             "engine/io/queued_port_linux.cc",
             "  ready_.PushBack(continuation);\n  WakeForReady(wake);\n",
             "  ready_.PushBack(continuation);\n",
             "engine/io/completion_port_contract_test", "*Threads*"),
    Mutation("lost wake-up of a cancelled wait",
             "engine/coroutine/cancellation.cc",
             "    watch->OnCancelled();\n",
             ""),
    Mutation("a cancelled table's read goes on",
             "engine/io/file.cc",
             "                          .offset = offset + done},\n"
             "                         token_);\n",
             "                          .offset = offset + done},\n"
             "                         CancellationToken());\n"),
    Mutation("leaked token of a table",
             "engine/job/scheduler.cc",
             "    slots_.Give(table.node);\n",
             "    slots_.Give(table.node);\n"
             "    static auto& leaked = *new WorkToken;\n"
             "    if (!leaked.held()) leaked = std::move(table.token);\n"),
    Mutation("leaked slot of a node",
             "engine/job/scheduler.cc",
             "    slots_.Give(table.node);\n",
             ""),
    Mutation("leaked buffer",
             "engine/memory/buffer_pool.cc",
             "  record->pool->Return(record);\n",
             "  static int count = 0;\n"
             "  if (++count != 20) record->pool->Return(record);\n"),
    Mutation("reserved bytes that are not counted back",
             "engine/memory/memory_budget.cc",
             "  budget_->reserved_bytes_.fetch_sub("
             "returned, std::memory_order_relaxed);\n",
             ""),
    Mutation("a start that is told twice",
             "engine/job/job_reporter.cc",
             "    observer_->OnItemStarted(started->index, started->node_id);\n",
             "    observer_->OnItemStarted(started->index, started->node_id);\n"
             "    observer_->OnItemStarted(started->index, started->node_id);\n"),
    Mutation("a temporary file that stays",
             "engine/io/whole_file.cc",
             "  (void)co_await UnlinkFile(port, file.path());\n",
             ""),
    Mutation("an interrupted read is an error",
             "engine/io/file.cc",
             "    if (IsInterrupted(result.os_error)) continue;\n"
             "    if (result.os_error != 0) {\n"
             "      co_return OsErrorToStatus(result.os_error, "
             "absl::StrCat(\"read \", path_));\n",
             "    if (result.os_error != 0) {\n"
             "      co_return OsErrorToStatus(result.os_error, "
             "absl::StrCat(\"read \", path_));\n",
             "engine/io/io_test", "FileTest.*"),
    Mutation("a refused buffer without its reason",
             "engine/pipeline/table_writing.cc",
             "TakeBuffer(context, chunk_bytes, ",
             "context.node.pool().Take(chunk_bytes, "),
    Mutation("a timer that is set while every worker sleeps",
             "engine/job/scheduler.cc",
             "  decisions.wake_timer = due.count() < before;\n",
             "  decisions.wake_timer = before < 0;\n",
             "engine/engine_test", "*TimeRunsOut*"),
)
