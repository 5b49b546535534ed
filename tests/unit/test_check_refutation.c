// Verdicts and reasons of the checker on small proofs, and its soundness
// against brute force on random formulas and random proof lines.
#include "suite.h"

#include "check/check.h"

#include "base/rng.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed;

static struct check_result run (const char *formula, size_t formula_bytes,
                                const void *proof, size_t proof_bytes) {
  struct check_config config = {
      .formula = {.name = "f.cnf", .data = formula, .bytes = formula_bytes},
      .proof = {.name = "p.lrat", .data = proof, .bytes = proof_bytes}};
  struct check_result result;
  const bool verified = check_refutation (&config, &result);
  ck_assert (verified == (result.verdict == CHECK_VERIFIED));
  return result;
}

static struct check_result run_text (const char *formula, const char *proof) {
  return run (formula, strlen (formula), proof, strlen (proof));
}

#define SQUARE "p cnf 2 4\n1 2 0\n-1 2 0\n1 -2 0\n-1 -2 0\n"
#define RAT3 "p cnf 3 2\n1 2 0\n-2 3 0\n"
#define FAR "2147483646"
#define RAT_FAR "p cnf " FAR " 2\n" FAR " 2 0\n-2 3 0\n"
#define RAT4 "p cnf 4 3\n1 2 0\n-2 4 0\n1 3 0\n"

// An empty message means that the proof is accepted.
static const struct {
  const char *formula, *proof, *message;
} cases[] = {
    {SQUARE, "5 2 0 1 2 0\n6 0 5 3 4 0\n", ""},
    {SQUARE, "c x\n\n 5\t2 0 1 2 0\r\n5 d 1 2 0\n6 0 5 3 4 0", ""},
    {SQUARE, "7 2 0 1 2 0\n9223372036854775807 0 7 3 4 0\n", ""},
    {SQUARE, "5 2 -2 0 0\n6 2 0 1 2 0\n7 0 6 3 4 0\n", ""},
    {SQUARE, "5 2 2 2 0 1 2 0\n6 0 5 3 4 0\n", ""},
    {SQUARE, "5 2 0 1 2 0\n6 0 5 3 4 0\nrubbish", ""},
    {"p cnf 1 2\n1 1 1 0\n-1 0\n", "3 0 1 2 0\n", ""},
    {"p cnf 1 1\n0\n", "", ""},
    {"c a\np cnf 1 2\r\nc b\n1\nc c\n0 -1 0\n%\n0\n", "3 0 1 2 0\n", ""},
    {SQUARE, "", "ends without the empty clause"},
    {SQUARE, "5 2 0 1 2 0\n", "ends without the empty clause"},
    {SQUARE, "5 2 0 1 2 0\n6 0 5 3 0\n", ":2: clause 6: hints lead to no"},
    {SQUARE, "5 2 0 1 2 0\n6 0 5 9 0\n", "hint 9 was never added"},
    {SQUARE, "5 2 0 1 2 0\n5 d 3 0\n6 0 5 3 4 0\n", "hint 3 was never added"},
    {SQUARE, "5 2 0 1 2 3 0\n6 0 5 4 9 0\n", "hint 9 was never added"},
    {SQUARE, "5 d 9 0\n", "deletion of clause 9"},
    {SQUARE, "5 d 1 1 0\n", "deletion of clause 1,"},
    {SQUARE, "5 d -1 0\n", "deletion of id -1"},
    {SQUARE, "4 2 0 1 2 0\n", "id 4 is not above 4"},
    {SQUARE, "6 2 0 1 2 0\n5 1 0 1 3 0\n", "id 5 is not above 6"},
    {SQUARE, "5 2 0 1 2 0\n5 1 0 1 3 0\n", "id 5 is not above 5"},
    {SQUARE, "0 2 0 1 2 0\n", "clause id is not positive"},
    {SQUARE, "-5 2 0 1 2 0\n", "clause id is not positive"},
    {SQUARE, "5 0 1 0\n", "hint 1 is not unit"},
    {SQUARE, "5 0 -1 0\n", "RAT hints for the empty clause"},
    {SQUARE, "5 2 0 1 2\n", "expected a number, found the end of the line"},
    {SQUARE, "5 2 0 1 2", "found the end of the file"},
    {SQUARE, "5 2 0 1 2 0 7\n", "unexpected text after the final 0"},
    {SQUARE, "5 2 0 x 0\n", "expected a number, found 'x'"},
    {SQUARE, "5 2x 0 1 0\n", "unexpected 'x' after a number"},
    {SQUARE, "5 -0 1 0\n", "negative zero"},
    {SQUARE, "5 2147483647 0 1 0\n", "exceeds 2147483646"},
    {SQUARE, "9223372036854775808 2 0 1 2 0\n", "exceeds 92233720"},
    {SQUARE, "\x7f", "expected a number, found 0x7f"},
    {"1 0\n", "", "expected 'p cnf'"},
    {"", "", "no header"},
    {"p cnf 1\n", "", "expected a number, found the end of the line"},
    {"p dnf 1 1\n", "", "expected 'p cnf'"},
    {"p cnf 1 0\np cnf 1 0\n", "", "second header"},
    {"p cnf 1 0 3\n", "", "unexpected text after header"},
    {"p cnf -1 0\n", "", "negative count"},
    {"p cnf 1 1\n2 0\n", "", "f.cnf:2: number exceeds 1"},
    {"p cnf 1 1\n1 0 1 0\n", "", "more clauses than the 1"},
    {"p cnf 1 2\n1 0\n", "", "1 clauses instead of the header's 2"},
    {"p cnf 1 1\n1\n", "", "last clause lacks its 0"},
    // Candidates of -1 are the clauses with 1; "ends without": accepted.
    {RAT3, "3 -1 2 0 -1 0\n", "no conflict for RAT hint 1"},
    {RAT3, "3 -1 -2 0 -1 0\n", "ends without"}, // the resolvent has 2, -2
    {RAT3, "3 -1 -2 0 0\n", "hints lead to no conflict"}, // must be named
    {RAT3, "3 -3 0 -2 0\n", "no conflict for RAT hint 2"},
    {RAT3, "3 -3 0 0\n", "clause 3: hints lead to no conflict"},
    {RAT3, "3 3 0 -1 0\n", "lacks the negated first literal"},
    {RAT3, "3 3 0 0\n", "ends without"}, // -3 occurs nowhere
    {RAT3, "3 -1 -3 0 -1 2 0\n", "hint 2 is not unit"},
    {RAT3, "3 -1 -3 0 -1 1 0\n", "no conflict for RAT hint 1"},
    {RAT3, "3 -3 1 0 -2 1 0\n", "no conflict for RAT hint 2"},
    {RAT3, "3 -4 1 0 -9 0\n", "hint 9 was never added"},
    {"p cnf 3 2\n1 2 0\n2 3 0\n", "3 -1 3 0 -1 2 0\n", "ends without"},
    {RAT_FAR, "3 -" FAR " -2 0 -1 0\n", "ends without"},
    {RAT_FAR, "3 -" FAR " -2 0 0\n", "hints lead to no conflict"},
    {RAT_FAR, "3 2147483645 0 0\n4 -2147483645 -" FAR " 0 -3 0\n",
     "no conflict for RAT hint 3"},
    {RAT_FAR, "3 2147483645 0 0\n4 -2147483645 3 0 0\n", "to no conflict"},
    {RAT4, "4 -1 -2 0 -1 0\n", "RAT hints do not cover clause 3"},
    {RAT4, "4 -1 4 0 -3 -1 0\n", "no conflict for RAT hint 3"},
    {RAT4, "4 -1 2 4 0 -3 -1 2 0\n", "no conflict for RAT hint 3"},
    {RAT4, "4 -1 -2 0 -3 2 0\n", "no conflict for RAT hint 3"},
};

START_TEST (verdicts) {
  const struct check_result result =
      run_text (cases[_i].formula, cases[_i].proof);
  const bool accept = !*cases[_i].message;
  ck_assert_msg (accept == (result.verdict == CHECK_VERIFIED), "case %d: %s",
                 _i, result.message);
  ck_assert_msg (strstr (result.message, cases[_i].message) != NULL,
                 "case %d: %s", _i, result.message);
}
END_TEST

// Extended resolution by RAT: 3 <-> 1 and 2, over the square formula.
START_TEST (definitions) {
  const struct check_result result =
      run_text (SQUARE, "5 3 -1 -2 0 0\n6 -3 1 0 -5 0\n7 -3 2 0 -5 0\n"
                        "7 d 5 6 7 0\n8 2 0 1 2 0\n9 0 8 3 4 0\n");
  ck_assert_msg (result.verdict == CHECK_VERIFIED, "%s", result.message);
  ck_assert_uint_eq (result.rat, 3);
}
END_TEST

// A variable defined again after its clauses are deleted; the second definition
// leaves one of them out.
START_TEST (definitions_counted) {
  static const char first[] = "5 3 -1 -2 0 0\n6 -3 1 0 -5 0\n7 -3 2 0 -5 0\n"
                              "7 d 5 6 7 0\n8 -3 1 0 0\n9 -3 2 0 0\n";
  static const struct {
    const char *rest, *message;
  } rests[] = {
      {"10 3 -1 -2 0 -8 -9 0\n11 2 0 1 2 0\n12 0 11 3 4 0\n", ""},
      {"10 3 -1 -2 0 -8 -9 -9 0\n11 2 0 1 2 0\n12 0 11 3 4 0\n", ""},
      {"10 3 -1 -2 0 -9 0\n", "RAT hints do not cover clause 8"},
      {"10 3 -1 -2 0 -9 -9 0\n", "RAT hints do not cover clause 8"},
      {"10 3 -1 -2 0 0\n", "hints lead to no conflict"},
      {"9 d 8 0\n10 3 -1 -2 0 0\n", "hints lead to no conflict"},
      {"9 d 8 9 0\n10 3 -1 -2 0 0\n", "ends without"},
  };
  char proof[256];
  snprintf (proof, sizeof proof, "%s%s", first, rests[_i].rest);
  const struct check_result result = run_text (SQUARE, proof);
  ck_assert_msg (strstr (result.message, rests[_i].message) != NULL,
                 "case %d: %s", _i, result.message);
  ck_assert_int_eq (result.verdict == CHECK_VERIFIED, !*rests[_i].message);
}
END_TEST

// Numbers in binary proofs, and their limits.
START_TEST (binary) {
  static const uint8_t good[] = {'a', 10, 4,   0,  2, 4,  0, 'd', 2,
                                 4,   0,  'a', 12, 0, 10, 6, 8,   0};
  struct check_result r = run (SQUARE, strlen (SQUARE), good, sizeof good);
  ck_assert_msg (r.verdict == CHECK_VERIFIED, "%s", r.message);
  ck_assert_uint_eq (r.deleted, 2);
  for (size_t n = 1; n < sizeof good; n++) {
    r = run (SQUARE, strlen (SQUARE), good, n);
    ck_assert (r.verdict != CHECK_VERIFIED);
  }
  static const uint8_t huge[] = {'a', 255, 255, 255, 255, 255,
                                 255, 255, 255, 255, 3};
  r = run (SQUARE, strlen (SQUARE), huge, sizeof huge);
  ck_assert (strstr (r.message, "p.lrat:byte") != NULL);
  ck_assert (strstr (r.message, "exceeds 64 bits") != NULL);
  static const uint8_t odd[] = {'a', 11, 0, 0};
  r = run (SQUARE, strlen (SQUARE), odd, sizeof odd);
  ck_assert (strstr (r.message, "not positive") != NULL);
  static const uint8_t var0[] = {'a', 10, 1, 0, 0};
  r = run (SQUARE, strlen (SQUARE), var0, sizeof var0);
  ck_assert (strstr (r.message, "variable 0") != NULL);
  static const uint8_t var[] = {'a', 10, 255, 255, 255, 255, 127, 0, 0};
  r = run (SQUARE, strlen (SQUARE), var, sizeof var);
  ck_assert (strstr (r.message, "exceeds 2147483646") != NULL);
  static const uint8_t other[] = {'a', 10, 4, 0, 2, 4, 0, 'x'};
  r = run (SQUARE, strlen (SQUARE), other, sizeof other);
  ck_assert (strstr (r.message, "expected 'a' or 'd', found 0x78") != NULL);
}
END_TEST

START_TEST (relaxed) {
  struct check_config config = {
      .formula = {.name = "f", .data = "1 0\n-1", .bytes = 6},
      .proof = {.name = "p", .data = "3 0 1 2 0\n", .bytes = 10},
      .relaxed = true};
  struct check_result result;
  ck_assert (check_refutation (&config, &result));
  config.max_var = 5;
  config.formula = (struct check_input){.name = "f", .data = "6 0", .bytes = 3};
  ck_assert (!check_refutation (&config, &result));
}
END_TEST

// --- soundness -------------------------------------------------------------

enum { VARS = 4, MAX_CLAUSES = 64, MAX_LINES = 6 };

struct random_clause {
  int lits[VARS + 1], size;
  uint64_t models; // bit per assignment
  bool live;
};

static uint64_t models_of (const struct random_clause *clause) {
  uint64_t res = 0;
  for (unsigned a = 0; a < 1u << VARS; a++)
    for (int i = 0; i < clause->size; i++)
      if ((a >> (abs (clause->lits[i]) - 1) & 1) == (clause->lits[i] > 0))
        res |= (uint64_t)1 << a;
  return res;
}

static void random_clause (struct rng *rng, struct random_clause *clause,
                           int size) {
  clause->size = size;
  clause->live = true;
  for (int i = 0; i < size; i++) {
    const int var = 1 + rng_below (rng, VARS);
    clause->lits[i] = rng_bool (rng) ? var : -var;
  }
  clause->models = models_of (clause);
}

struct text {
  char data[1 << 14];
  size_t size;
  long stride; // between the numbers of variables
};

static void print (struct text *text, long number) {
  text->size += snprintf (text->data + text->size,
                          sizeof text->data - text->size, "%ld ", number);
}

static void print_clause (struct text *text, const struct random_clause *c) {
  for (int i = 0; i < c->size; i++)
    print (text, c->lits[i] * text->stride);
  print (text, 0);
}

// Hints at random: all candidates of the first literal, each followed by some
// ids, so that RAT steps are often accepted.
static void print_hints (struct text *text, struct rng *rng,
                         const struct random_clause *clauses, int n,
                         const struct random_clause *c) {
  const bool rat = rng_bool (rng);
  for (int k = rng_below (rng, 5); k; k--)
    print (text, 1 + rng_below (rng, n));
  for (int i = 0; rat && c->size && i < n; i++) {
    bool candidate = false;
    for (int j = 0; j < clauses[i].size; j++)
      candidate |= clauses[i].lits[j] == -c->lits[0];
    if (!candidate || !clauses[i].live || !rng_below (rng, 40))
      continue;
    print (text, -(i + 1));
    for (int k = rng_below (rng, 4); k; k--)
      print (text, 1 + rng_below (rng, n));
  }
  print (text, 0);
}

static uint64_t all_models (const struct random_clause *clauses, int n) {
  uint64_t res = ~(uint64_t)0 >> (64 - (1 << VARS));
  for (int i = 0; i < n; i++)
    if (clauses[i].live)
      res &= clauses[i].models;
  return res;
}

static void random_formula (struct rng *rng, struct text *text,
                            struct random_clause *clauses, int n) {
  text->size =
      (size_t)sprintf (text->data, "p cnf %ld %d\n", VARS * text->stride, n);
  for (int i = 0; i < n; i++) {
    random_clause (rng, clauses + i, 1 + rng_below (rng, 4));
    print_clause (text, clauses + i);
  }
}

static void maybe_delete (struct rng *rng, struct text *text,
                          struct random_clause *clauses, int n) {
  const int dead = rng_below (rng, n);
  if (rng_below (rng, 4) || !clauses[dead].live)
    return;
  clauses[dead].live = false;
  text->size +=
      (size_t)sprintf (text->data + text->size, "1 d %d 0\n", dead + 1);
}

struct line_models {
  uint64_t before, after;
};

// Lines that may be accepted or not, each as if those before it were.
static void random_line (struct rng *rng, struct text *text,
                         struct random_clause *clauses, int n,
                         struct line_models *models) {
  maybe_delete (rng, text, clauses, n);
  random_clause (rng, clauses + n, rng_below (rng, 4));
  print (text, n + 1);
  print_clause (text, clauses + n);
  print_hints (text, rng, clauses, n, clauses + n);
  text->data[text->size++] = '\n';
  models->before = all_models (clauses, n);
  models->after = all_models (clauses, n + 1);
}

// Accepting a line must keep satisfiable what is satisfiable.
//
//   counts     of lines accepted, and of those that lost a model thanks to RAT
static void some_lines (struct rng *rng, unsigned counts[2]) {
  struct random_clause clauses[MAX_CLAUSES];
  const long stride = rng_bool (rng) ? 1 : 536870911;
  struct text formula = {.stride = stride}, proof = {.stride = stride};
  struct line_models models[MAX_LINES];
  const int n = 3 + rng_below (rng, 14);
  random_formula (rng, &formula, clauses, n);
  for (int i = 0; i < MAX_LINES; i++)
    random_line (rng, &proof, clauses, n + i, models + i);
  const struct check_result result =
      run (formula.data, formula.size, proof.data, proof.size);
  for (unsigned i = 0; i < result.added; i++) {
    ck_assert_msg (!models[i].before == !models[i].after,
                   "seed %llu, line %u\n%s\n%s", (unsigned long long)seed, i,
                   formula.data, proof.data);
    ck_assert (result.rat || models[i].before == models[i].after);
    counts[1] += models[i].before != models[i].after;
  }
  counts[0] += result.added;
}

START_TEST (soundness) {
  struct rng rng;
  unsigned counts[2] = {0};
  rng_init (&rng, seed);
  for (int i = 0; i < 60000; i++)
    some_lines (&rng, counts);
  ck_assert_uint_gt (counts[0], 10000); // else the test shows nothing
  ck_assert_uint_gt (counts[1], 1000);
}
END_TEST

// Derive and delete many clauses: memory must follow what is live.
START_TEST (compaction) {
  enum { LINES = 60000 };
  char *proof = malloc (LINES * 64 + 100);
  size_t used = 0;
  for (int i = 0; i < LINES; i++)
    used += sprintf (proof + used, "%d 1 2 -2 2 1 1 1 0 1 0\n%d d %d 0\n",
                     5 + i, 5 + i, 5 + i);
  used += sprintf (proof + used, "%d 2 0 1 2 0\n%d 0 %d 3 4 0\n", LINES + 5,
                   LINES + 6, LINES + 5);
  const struct check_result r = run (SQUARE, strlen (SQUARE), proof, used);
  ck_assert_msg (r.verdict == CHECK_VERIFIED, "%s", r.message);
  ck_assert_uint_eq (r.deleted, LINES);
  ck_assert_uint_lt (r.peak_words, 200000);
  free (proof);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("check");
  TCase *tcase = tcase_create ("refutation");
  tcase_add_loop_test (tcase, verdicts, 0, sizeof cases / sizeof *cases);
  tcase_add_test (tcase, definitions);
  tcase_add_loop_test (tcase, definitions_counted, 0, 7);
  tcase_add_test (tcase, binary);
  tcase_add_test (tcase, relaxed);
  tcase_add_test (tcase, soundness);
  tcase_add_test (tcase, compaction);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
