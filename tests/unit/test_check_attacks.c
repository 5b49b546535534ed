// Formulas and proofs made to stall the checker: its work and memory must grow
// as they do.  Work is counted and memory asked of the system, so no clock.
#define _GNU_SOURCE
#include "suite.h"

#include "check/check.h"

#include "base/hash.h"
#include "base/vec.h"

#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct text {
  VEC (char) chars;
};

static void print (struct text *text, const char *fmt, ...)
    __attribute__ ((format (printf, 2, 3)));

static void print (struct text *text, const char *fmt, ...) {
  enum { LONGEST = 100 };
  va_list ap;
  vec_reserve (&text->chars, text->chars.size + LONGEST);
  va_start (ap, fmt);
  text->chars.size +=
      (size_t)vsnprintf (text->chars.data + text->chars.size, LONGEST, fmt, ap);
  va_end (ap);
}

struct attack {
  struct text formula, proof;
  unsigned long id; // of the last clause
};

static void begin (struct attack *attack, unsigned clauses) {
  *attack = (struct attack){.id = clauses};
  print (&attack->formula, "p cnf 2147483646 %u\n", clauses);
}

static void end (struct attack *attack) {
  vec_fini (&attack->formula.chars);
  vec_fini (&attack->proof.chars);
}

// FIRST, FIRST + 1, ..., LAST 0
static void print_range (struct text *text, unsigned first, unsigned last) {
  for (unsigned i = first; i <= last; i++)
    print (text, "%u ", i);
  print (text, "0 ");
}

// --- running one, and what it took ----------------------------------------

struct cost {
  struct check_result result;
  uint64_t input_bytes, memory_bytes;
};

static struct cost run_here (const struct attack *attack,
                             uint32_t work_per_byte) {
  const struct text *formula = &attack->formula, *proof = &attack->proof;
  const struct check_config config = {
      .formula = {.name = "f",
                  .data = formula->chars.data,
                  .bytes = formula->chars.size},
      .proof = {.name = "p",
                .data = proof->chars.size ? proof->chars.data : "",
                .bytes = proof->chars.size},
      .work_per_byte = work_per_byte};
  struct cost cost = {.input_bytes = formula->chars.size + proof->chars.size};
  check_refutation (&config, &cost.result);
  return cost;
}

// In a process of its own, whose peak the system knows.
static struct cost run_apart (const struct attack *attack) {
  int ends[2], status;
  struct rusage usage;
  struct cost cost;
  ck_assert (!pipe (ends));
  const pid_t child = fork ();
  ck_assert (child >= 0);
  if (!child) {
    cost = run_here (attack, 0);
    _exit (write (ends[1], &cost, sizeof cost) != sizeof cost);
  }
  close (ends[1]);
  ck_assert (read (ends[0], &cost, sizeof cost) == sizeof cost);
  close (ends[0]);
  ck_assert (wait4 (child, &status, 0, &usage) == child && !status);
  cost.memory_bytes = (uint64_t)usage.ru_maxrss << 10;
  return cost;
}

static struct cost measure (const struct attack *attack) {
  struct attack nothing;
  begin (&nothing, 0);
  struct cost cost = run_apart (attack);
  const uint64_t base = run_apart (&nothing).memory_bytes;
  cost.memory_bytes -= base < cost.memory_bytes ? base : cost.memory_bytes;
  end (&nothing);
  return cost;
}

// --- ids and variables ----------------------------------------------------

// Ids whose places in a table with unknown secrets are not the same, though
// they are in a table without.
static void colliding_ids (struct attack *attack, unsigned n) {
  struct hash_map map = {0};
  hash_map_reserve (&map, 4096);
  hash_map_insert (&map, 1, NULL);
  begin (attack, 0);
  for (uint64_t id = 2; n; id++) {
    const uint64_t steps = map.steps;
    hash_map_insert (&map, id, NULL);
    hash_map_remove (&map, id);
    if (map.steps == steps)
      continue;
    print (&attack->proof, "%llu 1 -1 0 0\n", (unsigned long long)id);
    n--;
  }
  hash_map_fini (&map);
}

static void far_ids (struct attack *attack, unsigned n) {
  begin (attack, 0);
  for (unsigned i = 1; i <= n; i++)
    print (&attack->proof, "%llu 1 -1 0 0\n", (unsigned long long)i << 40);
}

// Twice as large each time, up to the largest.
static void large_variables (struct attack *attack, unsigned n) {
  begin (attack, 0);
  for (unsigned i = 0; i < n; i++)
    print (&attack->proof, "%u %u 0 0\n", i + 1,
           i < 31 ? (1u << i) + (i == 30) * 1073741822u : 2147483646u - i);
}

static void scattered_variables (struct attack *attack, unsigned n) {
  begin (attack, n);
  for (unsigned i = 0; i < n; i++) {
    print (&attack->formula, "%u 0\n", 2147483646u - 4099 * i);
    print (&attack->proof, "%u %u 0 0\n", n + i + 1, 4111 * i + 5);
  }
}

// --- RAT ------------------------------------------------------------------

// Nothing has the negated pivot, in a large formula that has the pivot.
static void pure_pivot (struct attack *attack, unsigned n) {
  begin (attack, n);
  for (unsigned i = 0; i < n; i++)
    print (&attack->formula, "1 %u %u 0\n", i + 2, i + 3);
  for (unsigned i = 0; i < n; i++)
    print (&attack->proof, "%u 1 %u 0 0\n", n + i + 1, i + 2);
}

static void blocked_pivot (struct attack *attack, unsigned n) {
  pure_pivot (attack, n);
  attack->formula.chars.size = 0;
  print (&attack->formula, "p cnf 2147483646 %u\n", n);
  print (&attack->formula, "-1 2 0\n");
  for (unsigned i = 1; i < n; i++)
    print (&attack->formula, "1 %u %u 0\n", i + 2, i + 3);
  attack->proof.chars.size = 0;
  for (unsigned i = 0; i < n; i++)
    print (&attack->proof, "%u 1 -2 %u 0 -1 0\n", n + i + 1, i + 3);
}

// New variables and formula literals as pivots by turns, clauses deleted
// meanwhile: there is always a reason to count anew.
static void pivots_by_turns (struct attack *attack, unsigned n) {
  pure_pivot (attack, n);
  attack->proof.chars.size = 0;
  for (unsigned i = 0, id = n + 1; i < n; i++, id += 2)
    print (&attack->proof, "%u %u 1 0 0\n%u 1 %u 0 0\n%u d %u %u 0\n", id,
           i % 2 ? 2000000000 - i : n + 4 + i, id + 1, i + 2, id + 1, id,
           i + 1);
}

// --- clauses --------------------------------------------------------------

// Each deletion makes the deleted ones half of all, if only just.
static void churn (struct attack *attack, unsigned n) {
  begin (attack, 1);
  print (&attack->formula, "1 0\n");
  for (unsigned i = 2; i <= n; i++)
    print (&attack->proof,
           i % 2 ? "%u 1 2 3 4 5 6 7 8 0 1 0\n"
                 : "%u 1 2 3 4 5 6 7 8 0 1 0\n0 d %u 0\n",
           i, i / 2 + 1);
}

static void long_line (struct attack *attack, unsigned n) {
  begin (attack, 1);
  print (&attack->formula, "1 0\n");
  print (&attack->proof, "2 ");
  print_range (&attack->proof, 1, n);
  for (unsigned i = 0; i < n; i++)
    print (&attack->proof, "1 ");
  print (&attack->proof, "0\n");
}

typedef void generator (struct attack *, unsigned n);

static const struct {
  generator *generate;
  unsigned n;
  const char *message;
} linear_attacks[] = {
    {colliding_ids, 700, "ends without"},
    {far_ids, 20000, "ends without"},
    {large_variables, 31, "ends without"},
    {scattered_variables, 5000, "ends without"},
    {pure_pivot, 5000, "ends without"},
    {blocked_pivot, 5000, "ends without"},
    {pivots_by_turns, 5000, "ends without"},
    {churn, 50000, "ends without"},
    {long_line, 20000, "ends without"},
};

enum { NUM_LINEAR = sizeof linear_attacks / sizeof *linear_attacks };

enum { WORK_PER_BYTE = 16, MEMORY_PER_BYTE = 80, MEMORY_ANYWAY = 4 << 20 };

START_TEST (linear) {
  for (unsigned factor = 1; factor <= 4; factor *= 4) {
    struct attack attack;
    linear_attacks[_i].generate (&attack, factor * linear_attacks[_i].n);
    const struct cost cost = measure (&attack);
    ck_assert_msg (strstr (cost.result.message, linear_attacks[_i].message),
                   "attack %d: %s", _i, cost.result.message);
    ck_assert_uint_eq (cost.result.bytes, cost.input_bytes);
    const uint64_t work = cost.result.work + cost.result.overhead;
    ck_assert_msg (work <= WORK_PER_BYTE * cost.input_bytes,
                   "attack %d: %llu of work for %llu bytes", _i,
                   (unsigned long long)work,
                   (unsigned long long)cost.input_bytes);
    ck_assert_msg (cost.memory_bytes <=
                       MEMORY_ANYWAY + MEMORY_PER_BYTE * cost.input_bytes,
                   "attack %d: %llu of memory for %llu bytes", _i,
                   (unsigned long long)cost.memory_bytes,
                   (unsigned long long)cost.input_bytes);
    end (&attack);
  }
}
END_TEST

// --- what hints can do ----------------------------------------------------

// Each of 'size' clauses with 'size' literals is unit in each of 'steps' lines.
static void wide (struct attack *attack, unsigned size, unsigned steps) {
  begin (attack, size);
  for (unsigned i = 0; i < size; i++) {
    print (&attack->formula, "%u ", size + i + 1);
    print_range (&attack->formula, 1, size);
  }
  for (unsigned i = 0; i < steps; i++) {
    print (&attack->proof, "%u ", size + i + 1);
    print_range (&attack->proof, 1, size);
    print_range (&attack->proof, 1, size);
    print (&attack->proof, "0\n");
  }
}

// n bytes of hints that are needed cost n^1.5 at most.
START_TEST (wide_hints) {
  for (unsigned size = 100; size <= 400; size *= 2) {
    struct attack attack;
    wide (&attack, size, 1);
    print (&attack.proof, "1 d 0\n");
    const struct cost cost = run_here (&attack, 0);
    ck_assert (cost.result.work * cost.result.work / cost.input_bytes <=
               cost.input_bytes * cost.input_bytes);
    end (&attack);
  }
}
END_TEST

// One clause of n literals, true after its first use, and used n times more.
static void true_hints (struct attack *attack, unsigned n) {
  begin (attack, 1);
  print_range (&attack->formula, 1, n);
  print (&attack->proof, "2 ");
  print_range (&attack->proof, 2, n);
  for (unsigned i = 0; i < n; i++)
    print (&attack->proof, "1 ");
  print (&attack->proof, "0\n");
}

// One clause of n times the same literal.
static void repeated_literals (struct attack *attack, unsigned n) {
  begin (attack, 1);
  for (unsigned i = 0; i < n; i++)
    print (&attack->formula, "1 ");
  print (&attack->formula, "0\n");
  for (unsigned i = 0; i < n; i++)
    print (&attack->proof, "%u 1 0 1 0\n", i + 2);
}

// One clause of n literals is candidate in n lines, each time blocked by its
// last one.
static void long_candidate (struct attack *attack, unsigned n) {
  begin (attack, 1);
  print (&attack->formula, "-1 ");
  print_range (&attack->formula, 2, n);
  for (unsigned i = 0; i < n; i++)
    print (&attack->proof, "%u 1 -%u 0 -1 0\n", i + 2, n);
}

// A long clause is a hint for each of many short candidates.
static void long_hint (struct attack *attack, unsigned n) {
  begin (attack, n + 1);
  print (&attack->formula, "%u ", n + 1);
  print_range (&attack->formula, 2, n);
  for (unsigned i = 0; i < n; i++)
    print (&attack->formula, "-1 %u 0\n", n + 1);
  print (&attack->proof, "%u 1 ", n + 2);
  print_range (&attack->proof, 2, n);
  for (unsigned i = 0; i < n; i++)
    print (&attack->proof, "-%u 1 ", i + 2);
  print (&attack->proof, "0\n");
}

static generator *const bounded_attacks[] = {true_hints, repeated_literals,
                                             long_candidate, long_hint};

enum { NUM_BOUNDED = sizeof bounded_attacks / sizeof *bounded_attacks };

// What has no bound of its own ends at the limit, and only there.
START_TEST (bounded) {
  const uint64_t per_byte = CHECK_WORK_PER_BYTE;
  struct attack attack;
  bounded_attacks[_i](&attack, 2000);
  struct cost cost = run_here (&attack, 0);
  ck_assert_msg (strstr (cost.result.message, "ends without"), "attack %d: %s",
                 _i, cost.result.message);
  end (&attack);
  bounded_attacks[_i](&attack, 14000);
  cost = run_here (&attack, 0);
  ck_assert_msg (strstr (cost.result.message, "more work than 4096 literals"),
                 "attack %d: %s", _i, cost.result.message);
  ck_assert_uint_le (cost.result.work,
                     per_byte * (cost.input_bytes + (1 << 18)) + 1000000);
  cost = run_here (&attack, CHECK_WORK_PER_BYTE << 8);
  ck_assert_msg (strstr (cost.result.message, "ends without"), "attack %d: %s",
                 _i, cost.result.message);
  end (&attack);
}
END_TEST

// --- for the fuzzer -------------------------------------------------------

// As tests/fuzz/fuzz_check.c reads it.
static void write_seed (const char *folder, unsigned number,
                        const struct attack *attack) {
  char path[4096];
  const size_t bytes = attack->formula.chars.size;
  snprintf (path, sizeof path, "%s/attack%u", folder, number);
  FILE *file = fopen (path, "w");
  if (!file)
    perror (path), exit (1);
  fprintf (file, "%c%c%c", 0, (int)(bytes & 255), (int)(bytes >> 8));
  fwrite (attack->formula.chars.data, 1, bytes, file);
  fwrite (attack->proof.chars.data, 1, attack->proof.chars.size, file);
  fclose (file);
}

static void write_seeds (const char *folder) {
  struct attack attack;
  unsigned number = 0;
  for (unsigned i = 0; i < NUM_LINEAR; i++) {
    linear_attacks[i].generate (&attack, 500);
    write_seed (folder, number++, &attack);
    end (&attack);
  }
  for (unsigned i = 0; i < NUM_BOUNDED; i++) {
    bounded_attacks[i](&attack, 500);
    write_seed (folder, number++, &attack);
    end (&attack);
  }
}

int main (void) {
  const char *seeds = getenv ("TUTTI_FUZZ_SEEDS");
  if (seeds)
    return write_seeds (seeds), 0;
  Suite *suite = suite_create ("check attacks");
  TCase *tcase = tcase_create ("attacks");
  tcase_add_loop_test (tcase, linear, 0, NUM_LINEAR);
  tcase_add_test (tcase, wide_hints);
  tcase_add_loop_test (tcase, bounded, 0, NUM_BOUNDED);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
