#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Early return of an error. The CO_ twins are for coroutines, where a plain
// `return` does not compile.
//
//   RETURN_IF_ERROR(file.Close());
//   ASSIGN_OR_RETURN(Table table, LoadTable(path));

#define RETURN_IF_ERROR(expression)                                 \
  do {                                                              \
    if (absl::Status leave_with_ = (expression); !leave_with_.ok()) \
      return leave_with_;                                           \
  } while (false)

#define CO_RETURN_IF_ERROR(expression)                              \
  do {                                                              \
    if (absl::Status leave_with_ = (expression); !leave_with_.ok()) \
      co_return leave_with_;                                        \
  } while (false)

#define ASSIGN_OR_RETURN(declaration, expression)                             \
  PERFECTHASH_ASSIGN_OR(return, PERFECTHASH_JOIN(or_, __LINE__), declaration, \
                              expression)

#define CO_ASSIGN_OR_RETURN(declaration, expression)                \
  PERFECTHASH_ASSIGN_OR(co_return, PERFECTHASH_JOIN(or_, __LINE__), \
                        declaration, expression)

#define PERFECTHASH_JOIN(a, b) PERFECTHASH_JOIN_INNER(a, b)
#define PERFECTHASH_JOIN_INNER(a, b) a##b
#define PERFECTHASH_ASSIGN_OR(leave, result, declaration, expression) \
  auto result = (expression);                                         \
  if (!result.ok()) leave std::move(result).status();                 \
  declaration = *std::move(result)
