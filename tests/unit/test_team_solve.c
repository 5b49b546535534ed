// Small formulas with 1 to 4 engines that share: models and proofs checked,
// limits and stops obeyed.
#include "suite.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/rng.h"
#include "cnf/model.h"
#include "team/local.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint64_t seed;

// ----------------------------------------------------------------- formulas

static void random_formula (struct formula *formula, struct rng *rng, int vars,
                            int clauses) {
  for (int i = 0; i < clauses; i++) {
    int used[3] = {0};
    for (int j = 0; j < 3; j++) {
      do
        used[j] = 1 + (int)rng_below (rng, (uint32_t)vars);
      while ((j > 0 && used[j] == used[0]) || (j > 1 && used[j] == used[1]));
      formula_add (formula, rng_bool (rng) ? used[j] : -used[j]);
    }
    formula_add (formula, 0);
  }
}

static int pigeon (int holes, int p, int h) {
  return p * holes + h + 1;
}

static void pigeon_holes (struct formula *formula, int holes) {
  for (int p = 0; p <= holes; p++) {
    for (int h = 0; h < holes; h++)
      formula_add (formula, pigeon (holes, p, h));
    formula_add (formula, 0);
  }
  for (int h = 0; h < holes; h++)
    for (int p = 0; p <= holes; p++)
      for (int q = 0; q < p; q++) {
        formula_add (formula, -pigeon (holes, p, h));
        formula_add (formula, -pigeon (holes, q, h));
        formula_add (formula, 0);
      }
}

static struct local_config config_of (const struct formula *formula,
                                      unsigned engines) {
  struct local_config config = {.team = {.engines = engines,
                                         .total_lanes = engines,
                                         .seed = seed,
                                         .formula = formula},
                                .scratch = "/tmp"};
  const struct option_table tables[] = {core_option_table (&config.team.core),
                                        simp_option_table (&config.team.simp),
                                        team_option_table (&config.team.team),
                                        share_option_table (&config.share)};
  for (unsigned i = 0; i < 4; i++)
    options_init (&tables[i]);
  config.share.share_period_ms = 10;
  return config;
}

// -------------------------------------------------------- a naive LRAT check

enum { MAX_LINE = 1 << 20 };

struct clause {
  int *lits; // ends with zero; NULL: deleted
};

struct checker {
  VEC (struct clause) clauses; // by id
  VEC (signed char) values;    // by variable; definitions bring new ones
  bool refuted;
};

static signed char value (const struct checker *checker, int lit) {
  const signed char v = checker->values.data[abs (lit)];
  return lit < 0 ? (signed char)-v : v;
}

static void falsify (struct checker *checker, int lit) {
  checker->values.data[abs (lit)] = lit < 0 ? 1 : -1;
}

static void store (struct checker *checker, uint64_t id, const int *lits) {
  size_t n = 0;
  for (; lits[n]; n++)
    if (checker->values.size <= (size_t)abs (lits[n]))
      vec_resize (&checker->values, (size_t)abs (lits[n]) + 1);
  if (checker->clauses.size <= id)
    vec_resize (&checker->clauses, id + 1);
  int *copy = mem_alloc ((n + 1) * sizeof *copy);
  checker->clauses.data[id].lits = memcpy (copy, lits, (n + 1) * sizeof *copy);
}

// Follows positive hints, moving '*hints' on; true at a conflict.
static bool propagate (struct checker *checker, const long **hints) {
  for (; **hints > 0; ++*hints) {
    ck_assert ((size_t) * *hints < checker->clauses.size);
    const int *p = checker->clauses.data[**hints].lits;
    ck_assert_msg (p != NULL, "hint %ld is not there", **hints);
    int open = 0;
    unsigned count = 0;
    for (; *p; p++)
      if (value (checker, *p) >= 0)
        open = *p, count++;
    ck_assert_msg (count <= 1, "hint %ld is not unit", **hints);
    if (!count)
      return true;
    falsify (checker, -open);
  }
  return false;
}

static bool contains (const int *lits, int lit) {
  while (*lits && *lits != lit)
    lits++;
  return *lits;
}

// Whether resolving with 'candidate' on the pivot gives an implied clause.
static bool resolves (struct checker *checker, const int *candidate, int pivot,
                      const long *hints) {
  for (const int *p = candidate; *p; p++)
    if (*p != -pivot && value (checker, *p) > 0)
      return true; // a tautology
  for (const int *p = candidate; *p; p++)
    if (*p != -pivot)
      falsify (checker, *p);
  return propagate (checker, &hints);
}

// A definition: each clause with the negated pivot has hints after -id.
static void check_definition (struct checker *checker, const int *lits,
                              const long *hints) {
  signed char *saved = mem_alloc (checker->values.size);
  memcpy (saved, checker->values.data, checker->values.size);
  for (size_t id = 1; id < checker->clauses.size; id++) {
    const int *candidate = checker->clauses.data[id].lits;
    if (!candidate || !contains (candidate, -*lits))
      continue;
    const long *group = hints;
    while (*group && *group != -(long)id)
      group++;
    ck_assert_msg (resolves (checker, candidate, *lits, group + !!*group),
                   "candidate %zu of a definition", id);
    memcpy (checker->values.data, saved, checker->values.size);
  }
  mem_free (saved);
}

static void check_added (struct checker *checker, const int *lits,
                         const long *hints) {
  memset (checker->values.data, 0, checker->values.size);
  for (const int *p = lits; *p; p++)
    falsify (checker, *p);
  if (propagate (checker, &hints))
    return;
  ck_assert_msg (*lits, "no conflict");
  check_definition (checker, lits, hints);
}

static void check_line (struct checker *checker, char *line) {
  static int lits[MAX_LINE / 2];
  static long hints[MAX_LINE / 2];
  const long id = strtol (line, &line, 10);
  if (!strncmp (line, " d", 2)) {
    line += 2;
    for (long old; (old = strtol (line, &line, 10));) {
      mem_free (checker->clauses.data[old].lits);
      checker->clauses.data[old].lits = NULL;
    }
    return;
  }
  size_t n = 0, m = 0;
  while ((lits[n] = (int)strtol (line, &line, 10)))
    n++;
  while ((hints[m] = strtol (line, &line, 10)))
    m++;
  store (checker, (uint64_t)id, lits);
  int *stored = checker->clauses.data[id].lits;
  checker->clauses.data[id].lits = NULL; // not to be used by itself
  check_added (checker, lits, hints);
  checker->clauses.data[id].lits = stored;
  checker->refuted |= !n;
}

static void check_proof (const struct formula *formula, const char *path) {
  struct checker checker = {0};
  struct formula_cursor cursor = {0};
  const int *lits;
  size_t size;
  vec_resize (&checker.values, (size_t)formula->num_vars + 1);
  for (uint64_t id = 1; formula_next (formula, &cursor, &lits, &size); id++)
    store (&checker, id, lits);
  FILE *file = fopen (path, "r");
  ck_assert (file != NULL);
  static char line[MAX_LINE];
  while (fgets (line, sizeof line, file))
    check_line (&checker, line);
  fclose (file);
  ck_assert_msg (checker.refuted, "the proof has no empty clause");
  for (size_t i = 0; i < checker.clauses.size; i++)
    mem_free (checker.clauses.data[i].lits);
  vec_fini (&checker.clauses);
  vec_fini (&checker.values);
}

// -------------------------------------------------------------------- tests

static int solve (const struct formula *formula, unsigned engines,
                  bool proving) {
  char path[] = "/tmp/tutti-test-XXXXXX";
  struct local_config config = config_of (formula, engines);
  config.team.team.verify = !proving;
  if (proving) {
    const int fd = mkstemp (path);
    ck_assert_int_ge (fd, 0);
    close (fd);
    config.proof_path = path;
    config.proof_text = true;
  }
  struct local_outcome outcome;
  local_solve (&config, &outcome);
  if (outcome.status == 10)
    ck_assert_int_eq (
        model_falsified (formula, outcome.model, outcome.num_vars), 0);
  if (outcome.status == 20 && proving)
    check_proof (formula, path);
  if (proving)
    unlink (path);
  ck_assert_uint_eq (outcome.stats.team.engines, engines);
  mem_free (outcome.model);
  return outcome.status;
}

START_TEST (engines_agree) {
  struct rng rng;
  rng_init (&rng, seed + (uint64_t)_i);
  const int vars = 20 + (int)rng_below (&rng, 130);
  struct formula formula = {0};
  random_formula (&formula, &rng, vars, (int)(4.26 * vars));
  const int status = solve (&formula, 1, false);
  ck_assert (status == 10 || status == 20);
  ck_assert_int_eq (solve (&formula, 1, true), status);
  ck_assert_int_eq (solve (&formula, 2, _i % 2), status);
  ck_assert_int_eq (solve (&formula, 4, _i % 2 == 0), status);
  formula_fini (&formula);
}
END_TEST

START_TEST (pigeons) {
  struct formula formula = {0};
  pigeon_holes (&formula, 6);
  for (unsigned engines = 1; engines <= 4; engines++)
    ck_assert_int_eq (solve (&formula, engines, true), 20);
  formula_fini (&formula);
}
END_TEST

START_TEST (trivial) {
  struct formula formula = {0};
  ck_assert_int_eq (solve (&formula, 2, true), 10);
  formula_reserve_vars (&formula, 3);
  ck_assert_int_eq (solve (&formula, 2, true), 10);
  formula_add (&formula, 2);
  formula_add (&formula, 0);
  ck_assert_int_eq (solve (&formula, 1, true), 10);
  formula_add (&formula, -2);
  formula_add (&formula, 0);
  ck_assert_int_eq (solve (&formula, 2, true), 20);
  formula_fini (&formula);
}
END_TEST

// The proof of a formula with an empty clause has no line at all.
START_TEST (empty_clause) {
  struct formula formula = {0};
  formula_add (&formula, 0);
  ck_assert_int_eq (solve (&formula, 2, false), 20);
  formula_fini (&formula);
}
END_TEST

START_TEST (limited) {
  struct formula formula = {0};
  pigeon_holes (&formula, 12);
  struct local_config config = config_of (&formula, 2);
  config.team.max_conflicts = 500;
  struct local_outcome outcome;
  local_solve (&config, &outcome);
  ck_assert_int_eq (outcome.status, 0);
  ck_assert_uint_ge (outcome.stats.core.conflicts, 2 * 400);
  ck_assert_uint_le (outcome.stats.core.conflicts, 2 * 2000);
  ck_assert (outcome.model == NULL);
  formula_fini (&formula);
}
END_TEST

// ------------------------------------------------------- the team by itself

static void pause_ms (long ms) {
  const struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  nanosleep (&time, NULL);
}

START_TEST (stopped_soon) {
  struct formula formula = {0};
  struct rng rng;
  rng_init (&rng, seed);
  random_formula (&formula, &rng, 20000, 84000);
  pigeon_holes (&formula, 12);
  struct local_config config = config_of (&formula, 2);
  for (long delay_ms = 0; delay_ms < 800; delay_ms = 3 * delay_ms + 1) {
    struct team *team = team_new (&config.team);
    team_start (team);
    pause_ms (delay_ms);
    const double start = clock_process_cpu_s (); // whatever else runs here
    team_join (team);
    ck_assert_double_lt (clock_process_cpu_s () - start, 2);
    struct team_answer answer;
    ck_assert (team_idle (team) && team_loaded (team));
    ck_assert_int_eq (team_result (team, &answer), answer.status);
    team_free (team);
  }
  formula_fini (&formula);
}
END_TEST

START_TEST (live_counters) {
  struct formula formula = {0};
  pigeon_holes (&formula, 11);
  struct local_config config = config_of (&formula, 3);
  config.team.simp.factor = false; // definitions would add variables
  struct team *team = team_new (&config.team);
  struct team_live live, last = {0};
  team_live (team, &live);
  ck_assert_uint_eq (live.searching, 0);
  ck_assert_uint_eq (live.active, (uint64_t)formula.num_vars);
  team_start (team);
  for (unsigned i = 0; i < 300 && !team_idle (team); i++) {
    team_live (team, &live);
    ck_assert_uint_ge (live.conflicts, last.conflicts);
    ck_assert_uint_ge (live.searching, last.searching);
    ck_assert_uint_le (live.active, (uint64_t)formula.num_vars);
    last = live;
    pause_ms (2);
  }
  team_join (team);
  struct team_stats stats;
  team_stats (team, &stats);
  ck_assert_uint_ge (stats.core.conflicts, last.conflicts);
  ck_assert_uint_eq (stats.team.engines, 3);
  team_free (team);
  formula_fini (&formula);
}
END_TEST

START_TEST (little_memory) {
  struct formula formula = {0};
  struct rng rng;
  rng_init (&rng, seed);
  random_formula (&formula, &rng, 1000, 4000);
  struct local_config config = config_of (&formula, 4);
  const unsigned expected[] = {4, 0, 2, 4};
  const uint64_t memory[] = {0, 1, 1400000, (uint64_t)1 << 40};
  for (unsigned i = 0; i < 4; i++) {
    config.team.memory_bytes = memory[i];
    struct team *team = team_new (&config.team);
    ck_assert_uint_eq (team_engines (team), expected[i]);
    team_free (team);
  }
  formula_fini (&formula);
}
END_TEST

START_TEST (folded_statistics) {
  struct team_stats a = {0}, b = {0};
  a.core.conflicts = 3, b.core.conflicts = 4;
  a.core.active = 7, b.core.active = 5; // MIN
  a.team.load_time = 0.5, b.team.load_time = 0.25;
  a.team.engines = 2, b.team.engines = 2;
  team_stats_fold (&a, &b);
  ck_assert_uint_eq (a.core.conflicts, 7);
  ck_assert_uint_eq (a.core.active, 5);
  ck_assert_double_eq (a.team.load_time, 0.5);
  ck_assert_uint_eq (a.team.engines, 4);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("solve");
  TCase *tests = tcase_create ("solve");
  tcase_add_loop_test (tests, engines_agree, 0, 20);
  tcase_add_test (tests, pigeons);
  tcase_add_test (tests, trivial);
  tcase_add_test (tests, empty_clause);
  tcase_add_test (tests, limited);
  tcase_add_test (tests, stopped_soon);
  tcase_add_test (tests, live_counters);
  tcase_add_test (tests, little_memory);
  tcase_add_test (tests, folded_statistics);
  suite_add_tcase (suite, tests);
  return suite_run (suite);
}
