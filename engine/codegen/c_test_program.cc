#include "engine/codegen/c_test_program.h"

#include <string>
#include <string_view>

namespace perfecthash {
namespace {

constexpr std::string_view kBegin =
    R"(/* Checks @NAME@ with all keys that it was made from and exits with
   0 or 1; compiled with @NAME@_BENCHMARK defined, times it. */
@INCLUDE_HEADER@

#include <stdio.h>
#include <time.h>

/* Each key less the one before it. */
static const @KEY@ differences[@NAME@_KEY_COUNT] = {
)";

constexpr std::string_view kKeys = R"(};

static @KEY@ keys[@NAME@_KEY_COUNT];

static void MakeKeys(void) {
  @KEY@ key = 0;
  uint32_t i;
  for (i = 0; i < @NAME@_KEY_COUNT; ++i) keys[i] = key += differences[i];
}

static int Fail(const char* what, uint32_t i) {
  fprintf(stderr, "@NAME@: %s: key %lu, %llu, has index %lu\n", what,
          (unsigned long)i, (unsigned long long)keys[i],
          (unsigned long)@NAME@_Index(keys[i]));
  return 1;
}

#ifndef @NAME@_BENCHMARK

/* Indices that are the ranks are in range and distinct too. */
static int CheckIndices(void) {
  uint32_t i;
  for (i = 0; i < @NAME@_KEY_COUNT; ++i) {
    if (@NAME@_Index(keys[i]) != i) return Fail("index is not the rank", i);
  }
  return 0;
}

static int CheckContains(void) {
  uint32_t i;
  for (i = 0; i < @NAME@_KEY_COUNT; ++i) {
    const @KEY@ stranger = keys[i] + 1;
    if (!@NAME@_Contains(keys, keys[i])) return Fail("missed", i);
    if (@NAME@_Index(stranger) >= @NAME@_INDEX_COUNT) {
      return Fail("the next number's index is out of range", i);
    }
    if (stranger == keys[(i + 1) % @NAME@_KEY_COUNT]) continue;
    if (@NAME@_Contains(keys, stranger)) return Fail("mistaken", i);
  }
  return 0;
}
)";

constexpr std::string_view kValues = R"(
static int CheckValues(void) {
  uint32_t i;
  for (i = 0; i < @NAME@_KEY_COUNT; ++i) {
    if (@NAME@_Insert(keys[i], (@NAME@_Value)(i % 100 + 1)) != 0) {
      return Fail("had a value", i);
    }
  }
  for (i = 0; i < @NAME@_KEY_COUNT; ++i) {
    const @NAME@_Value value = (@NAME@_Value)(i % 100 + 1);
    if (@NAME@_Lookup(keys[i]) != value) return Fail("lookup", i);
    if (@NAME@_Delete(keys[i]) != value) return Fail("delete", i);
    if (@NAME@_Lookup(keys[i]) != 0) return Fail("still has a value", i);
  }
  return 0;
}
)";

constexpr std::string_view kMainBegin = R"(
int main(void) {
  MakeKeys();
  if (CheckIndices()) return 1;
  if (CheckContains()) return 1;
)";

constexpr std::string_view kMainValues = "  if (CheckValues()) return 1;\n";

constexpr std::string_view kMainEnd =
    R"(  printf("@NAME@: %lu keys ok\n", (unsigned long)@NAME@_KEY_COUNT);
  return 0;
}
)";

constexpr std::string_view kBenchmark = R"(
#else

/* At least so many lookups per measurement, of which the best counts. */
#define LOOKUPS 4000000u
#define MEASUREMENTS 7

static uint32_t passes;
static volatile uint32_t zero; /* the compiler does not know that it is 0 */
static volatile uint32_t sink;

static void Shuffle(void) {
  uint32_t random = 2463534242u;
  uint32_t i;
  for (i = @NAME@_KEY_COUNT - 1; i > 0; --i) {
    @KEY@ key = keys[i];
    uint32_t other;
    random ^= random << 13;
    random ^= random >> 17;
    random ^= random << 5;
    other = random % (i + 1);
    keys[i] = keys[other];
    keys[other] = key;
  }
}

static void LookUpIndependent(void) {
  uint32_t sum = 0;
  uint32_t i;
  for (i = 0; i < @NAME@_KEY_COUNT; ++i) sum += @NAME@_Index(keys[i]);
  sink = sum;
}

static void LookUpDependent(void) {
  const uint32_t none = zero;
  uint32_t index = 0;
  uint32_t i;
  for (i = 0; i < @NAME@_KEY_COUNT; ++i) {
    index = @NAME@_Index(keys[i] ^ (index & none));
  }
  sink = index;
}

/* Nanoseconds of processor time per lookup. */
static double Measure(void (*look_up)(void)) {
  double best = 0;
  int i;
  for (i = 0; i < MEASUREMENTS; ++i) {
    const clock_t begin = clock();
    double time;
    uint32_t pass;
    for (pass = 0; pass < passes; ++pass) look_up();
    time = (double)(clock() - begin) / (double)CLOCKS_PER_SEC * 1e9 / passes /
           @NAME@_KEY_COUNT;
    if (i == 0 || time < best) best = time;
  }
  return best;
}

int main(void) {
  uint32_t i;
  MakeKeys();
  for (i = 0; i < @NAME@_KEY_COUNT; ++i) {
    if (@NAME@_Index(keys[i]) != i) return Fail("index is not the rank", i);
  }
  Shuffle();
  passes = LOOKUPS / @NAME@_KEY_COUNT + 1;
  printf("@NAME@: %lu keys in random order\n",
         (unsigned long)@NAME@_KEY_COUNT);
  printf("%.2f ns per Index\n", Measure(LookUpIndependent));
  printf("%.2f ns when each waits for the one before\n",
         Measure(LookUpDependent));
  return 0;
}

#endif
)";

}  // namespace

CFrame RenderCTestProgram(const CTable& table, CInterface parts) {
  const bool with_values = parts == CInterface::kIndexAndValues;
  std::string after(kKeys);
  if (with_values) after += kValues;
  after += kMainBegin;
  if (with_values) after += kMainValues;
  after += kMainEnd;
  after += kBenchmark;
  return {.before = table.FillIn(kBegin), .after = table.FillIn(after)};
}

}  // namespace perfecthash
