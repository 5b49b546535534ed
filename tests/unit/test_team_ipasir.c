// Incremental solving against brute force: random clauses and assumptions in
// turn, models, failed assumptions, learned clauses; and misuse.
#include "suite.h"

#include "base/rng.h"
#include "base/vec.h"
#include "tutti/ipasir.h"
#include "tutti/tutti.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static uint64_t seed;

// ---------------------------------------------------------------- reference

enum { MAX_VARS = 14, MAX_LITS = 5 };

// A clause as masks of its positive and negative variables.
struct masks {
  uint32_t pos, neg;
};

struct reference {
  unsigned vars;
  VEC (struct masks) clauses;
};

static void put (struct masks *masks, int lit) {
  const uint32_t bit = 1u << (abs (lit) - 1);
  if (lit > 0)
    masks->pos |= bit;
  else
    masks->neg |= bit;
}

static bool holds (const struct reference *reference, uint32_t assignment) {
  for_vec (const struct masks, clause, &reference->clauses)
    if (!(clause->pos & assignment) && !(clause->neg & ~assignment))
      return false;
  return true;
}

// Some model under the assumptions?  'assumed' has every one as a unit.
static bool satisfiable (const struct reference *reference,
                         struct masks assumed) {
  for (uint32_t a = 0; a >> reference->vars == 0; a++)
    if ((a & assumed.pos) == assumed.pos && !(a & assumed.neg) &&
        holds (reference, a))
      return true;
  return false;
}

// ------------------------------------------------------------------- driver

struct driver {
  struct rng rng;
  struct reference reference;
  void *solver;
  VEC (int) assumptions;
  unsigned learned;
};

static int random_lit (struct driver *driver) {
  const int var = 1 + (int)rng_below (&driver->rng, driver->reference.vars);
  return rng_bool (&driver->rng) ? var : -var;
}

static void add_clause (struct driver *driver) {
  struct masks masks = {0, 0};
  const unsigned size = 1 + rng_below (&driver->rng, MAX_LITS) +
                        (rng_below (&driver->rng, 8) > 0);
  for (unsigned i = 0; i < size; i++) {
    const int lit = random_lit (driver);
    put (&masks, lit);
    ipasir_add (driver->solver, lit);
  }
  ipasir_add (driver->solver, 0);
  vec_push (&driver->reference.clauses, masks);
}

// x = y & z: what elimination likes.
static void add_gate (struct driver *driver) {
  const int x = random_lit (driver), y = random_lit (driver),
            z = random_lit (driver);
  const int clauses[3][4] = {{-x, y, 0, 0}, {-x, z, 0, 0}, {x, -y, -z, 0}};
  for (unsigned i = 0; i < 3; i++) {
    struct masks masks = {0, 0};
    for (const int *p = clauses[i]; *p; p++) {
      put (&masks, *p);
      ipasir_add (driver->solver, *p);
    }
    ipasir_add (driver->solver, 0);
    vec_push (&driver->reference.clauses, masks);
  }
}

static void assume (struct driver *driver) {
  const int lit = random_lit (driver);
  ipasir_assume (driver->solver, lit);
  vec_push (&driver->assumptions, lit);
}

static struct masks assumed (const struct driver *driver) {
  struct masks masks = {0, 0};
  for_vec (const int, lit, &driver->assumptions)
    put (&masks, *lit);
  return masks;
}

static void check_model (struct driver *driver) {
  uint32_t assignment = 0;
  for (int var = 1; var <= (int)driver->reference.vars; var++) {
    const int value = ipasir_val (driver->solver, var);
    ck_assert (value == var || value == -var || !value);
    ck_assert_int_eq (ipasir_val (driver->solver, -var), value);
    if (value > 0)
      assignment |= 1u << (var - 1);
  }
  const struct masks masks = assumed (driver);
  ck_assert (holds (&driver->reference, assignment));
  ck_assert ((assignment & masks.pos) == masks.pos);
  ck_assert (!(assignment & masks.neg));
}

// The failed assumptions alone contradict the clauses.
static void check_core (struct driver *driver) {
  struct masks core = {0, 0};
  for_vec (const int, lit, &driver->assumptions)
    if (ipasir_failed (driver->solver, *lit))
      put (&core, *lit);
  ck_assert (!satisfiable (&driver->reference, core));
}

static void check_learned (void *state, int32_t *clause) {
  struct driver *driver = state;
  struct masks falsified = {0, 0};
  for (; *clause; clause++) {
    ck_assert_int_le (abs (*clause), (int)driver->reference.vars);
    put (&falsified, -*clause);
  }
  ck_assert (!satisfiable (&driver->reference, falsified));
  driver->learned++;
}

static void step (struct driver *driver) {
  for (unsigned n = rng_below (&driver->rng, 10); n; n--)
    add_clause (driver);
  for (unsigned n = rng_below (&driver->rng, 3); n; n--)
    add_gate (driver);
  if (rng_bool (&driver->rng))
    for (unsigned n = rng_below (&driver->rng, 5); n; n--)
      assume (driver);
  const bool expected = satisfiable (&driver->reference, assumed (driver));
  const int status = ipasir_solve (driver->solver);
  ck_assert_int_eq (status, expected ? 10 : 20);
  if (status == 10)
    check_model (driver);
  else
    check_core (driver);
  vec_clear (&driver->assumptions);
}

START_TEST (incremental) {
  struct driver driver = {0};
  rng_init (&driver.rng, seed + (uint64_t)_i);
  driver.reference.vars = 3 + rng_below (&driver.rng, MAX_VARS - 2);
  driver.solver = ipasir_init ();
  if (_i % 2)
    ipasir_set_learn (driver.solver, &driver, 10, check_learned);
  const struct masks none = {0, 0};
  for (unsigned i = 0; i < 15; i++) {
    step (&driver);
    if (!satisfiable (&driver.reference, none))
      break;
  }
  ipasir_release (driver.solver);
  vec_fini (&driver.reference.clauses);
  vec_fini (&driver.assumptions);
}
END_TEST

// ------------------------------------------------------- against fresh solvers

// Clauses of a larger formula, each ended by a zero, and what is assumed.
struct problem {
  struct rng rng;
  int vars;
  VEC (int) lits;
  VEC (int) assumptions;
  tutti *solver;
};

// Every technique as often as it may run.
static void set_busy (tutti *solver, struct rng *rng) {
  static const struct {
    const char *name;
    double value;
  } settings[] = {{"probe_interval", 1},
                  {"eliminate_interval", 1},
                  {"simp_overhead", 1e6},
                  {"mode_init", 50},
                  {"reduce_interval", 20},
                  {"rephase_interval", 20},
                  {"random_interval", 20},
                  {"walk_initially", 1},
                  {"eliminate_rounds", 10},
                  {"lucky", 0},
                  {"target", 2},
                  {"seed", 99}};
  for (unsigned i = 0; i < sizeof settings / sizeof *settings; i++)
    if (rng_below (rng, 4))
      ck_assert_msg (
          tutti_set_option (solver, settings[i].name, settings[i].value), "%s",
          tutti_error (solver));
}

// Search alone on the clauses and some units.
static int decide_afresh (const struct problem *problem, const int *units,
                          size_t n) {
  tutti *solver = tutti_new ();
  ck_assert (tutti_set_option (solver, "simplify", 0));
  ck_assert (tutti_set_option (solver, "preprocess", 0));
  for_vec (const int, lit, &problem->lits)
    tutti_add (solver, *lit);
  for (size_t i = 0; i < n; i++)
    tutti_add_clause (solver, &units[i], 1);
  const int status = tutti_solve (solver);
  tutti_free (solver);
  return status;
}

static void extend_problem (struct problem *problem, int clauses) {
  for (int i = 0; i < clauses; i++)
    for (unsigned j = 0; j < 4; j++) {
      const int var =
          1 + (int)rng_below (&problem->rng, (uint32_t)problem->vars);
      const int lit = j == 3 ? 0 : rng_bool (&problem->rng) ? var : -var;
      vec_push (&problem->lits, lit);
      tutti_add (problem->solver, lit);
    }
}

static void assume_some (struct problem *problem) {
  vec_clear (&problem->assumptions);
  for (unsigned n = rng_below (&problem->rng, 12); n; n--) {
    const int var = 1 + (int)rng_below (&problem->rng, (uint32_t)problem->vars);
    const int lit = rng_bool (&problem->rng) ? var : -var;
    vec_push (&problem->assumptions, lit);
    tutti_assume (problem->solver, lit);
  }
}

static void check_large_model (const struct problem *problem) {
  bool satisfied = false;
  for_vec (const int, lit, &problem->lits) {
    if (!*lit) {
      ck_assert (satisfied);
      satisfied = false;
    } else if (tutti_val (problem->solver, *lit) == *lit)
      satisfied = true;
  }
  for_vec (const int, lit, &problem->assumptions)
    ck_assert_int_eq (tutti_val (problem->solver, *lit), *lit);
}

static void check_large_core (struct problem *problem) {
  VEC (int) core = {0};
  for_vec (const int, lit, &problem->assumptions)
    if (tutti_failed (problem->solver, *lit))
      vec_push (&core, *lit);
  ck_assert_int_eq (decide_afresh (problem, core.data, core.size), 20);
  vec_fini (&core);
}

START_TEST (incremental_large) {
  struct problem problem = {0};
  rng_init (&problem.rng, seed + (uint64_t)_i);
  problem.vars = 50 + (int)rng_below (&problem.rng, 90);
  problem.solver = tutti_new ();
  set_busy (problem.solver, &problem.rng);
  extend_problem (&problem, (int)(3.6 * problem.vars));
  int status = 10;
  for (unsigned i = 0; i < 12; i++) {
    extend_problem (&problem, (int)rng_below (&problem.rng, 20));
    assume_some (&problem);
    status = tutti_solve (problem.solver);
    ck_assert_int_eq (status, decide_afresh (&problem, problem.assumptions.data,
                                             problem.assumptions.size));
    if (status == 10)
      check_large_model (&problem);
    else
      check_large_core (&problem);
  }
  tutti_free (problem.solver);
  vec_fini (&problem.lits);
  vec_fini (&problem.assumptions);
}
END_TEST

// ------------------------------------------------------------ larger solves

static int pigeon (int holes, int p, int h) {
  return p * holes + h + 1;
}

// Pigeon p sits somewhere if assumption 1000 + p says so.
static void pigeon_holes (tutti *solver, int holes) {
  for (int p = 0; p <= holes; p++) {
    tutti_add (solver, -(1000 + p));
    for (int h = 0; h < holes; h++)
      tutti_add (solver, pigeon (holes, p, h));
    tutti_add (solver, 0);
  }
  for (int h = 0; h < holes; h++)
    for (int p = 0; p <= holes; p++)
      for (int q = 0; q < p; q++) {
        const int clause[] = {-pigeon (holes, p, h), -pigeon (holes, q, h)};
        tutti_add_clause (solver, clause, 2);
      }
}

START_TEST (pigeons_under_assumptions) {
  enum { HOLES = 7 };
  tutti *solver = tutti_new ();
  pigeon_holes (solver, HOLES);
  for (int out = 0; out <= HOLES; out++) {
    for (int p = 0; p <= HOLES; p++)
      if (p != out)
        tutti_assume (solver, 1000 + p);
    ck_assert_int_eq (tutti_solve (solver), TUTTI_SAT);
    for (int p = 0; p <= HOLES; p++)
      tutti_assume (solver, 1000 + p);
    ck_assert_int_eq (tutti_solve (solver), TUTTI_UNSAT);
    for (int p = 0; p <= HOLES; p++)
      ck_assert (tutti_failed (solver, 1000 + p));
  }
  tutti_free (solver);
}
END_TEST

static unsigned asked;

static int terminate_third (void *data) {
  ck_assert_ptr_eq (data, &asked);
  return ++asked >= 3;
}

static bool terminate_now (void *data) {
  (void)data;
  return true;
}

START_TEST (terminated) {
  void *solver = ipasir_init ();
  enum { HOLES = 12 };
  for (int p = 0; p <= HOLES; p++) {
    for (int h = 0; h < HOLES; h++)
      ipasir_add (solver, pigeon (HOLES, p, h));
    ipasir_add (solver, 0);
  }
  for (int h = 0; h < HOLES; h++)
    for (int p = 0; p <= HOLES; p++)
      for (int q = 0; q < p; q++) {
        ipasir_add (solver, -pigeon (HOLES, p, h));
        ipasir_add (solver, -pigeon (HOLES, q, h));
        ipasir_add (solver, 0);
      }
  asked = 0;
  ipasir_set_terminate (solver, &asked, terminate_third);
  ck_assert_int_eq (ipasir_solve (solver), 0);
  ck_assert_uint_eq (asked, 3);
  ck_assert_int_eq (ipasir_solve (solver), 0);
  ipasir_release (solver);
}
END_TEST

START_TEST (limits_and_flags) {
  tutti *solver = tutti_new ();
  pigeon_holes (solver, 10);
  for (int p = 0; p <= 10; p++) {
    const int unit = 1000 + p;
    tutti_add_clause (solver, &unit, 1);
  }
  tutti_limit_conflicts (solver, 200);
  ck_assert_int_eq (tutti_solve (solver), TUTTI_UNKNOWN);
  double conflicts;
  ck_assert (tutti_statistic (solver, "conflicts", &conflicts));
  ck_assert (conflicts >= 200 && conflicts < 1000);
  ck_assert (!tutti_statistic (solver, "nonsense", &conflicts));
  tutti_terminate (solver);
  ck_assert_int_eq (tutti_solve (solver), TUTTI_UNKNOWN);
  tutti_set_terminate (solver, NULL, terminate_now);
  ck_assert_int_eq (tutti_solve (solver), TUTTI_UNKNOWN);
  tutti_free (solver);
}
END_TEST

START_TEST (options) {
  tutti *solver = tutti_new ();
  ck_assert (tutti_set_option (solver, "seed", 7));
  ck_assert (tutti_get_option (solver, "seed") == 7);
  ck_assert (!tutti_set_option (solver, "sead", 7));
  ck_assert (strstr (tutti_error (solver), "sead") != NULL);
  ck_assert (!tutti_set_option (solver, "seed", 0.5));
  ck_assert (!tutti_set_option (solver, "seed", -1));
  ck_assert (!tutti_set_option (solver, "seed", NAN));
  ck_assert (isnan (tutti_get_option (solver, "sead")));
  ck_assert (!tutti_set_proof (solver, "/nowhere/at/all", true, NULL));
  ck_assert (strlen (tutti_error (solver)) > 0);
  ck_assert (strlen (tutti_version ()) > 0);
  ck_assert (!strncmp (ipasir_signature (), "tutti", 5));
  tutti_free (solver);
  tutti_free (NULL);
}
END_TEST

START_TEST (parallel) {
  for (unsigned engines = 2; engines <= 3; engines++) {
    tutti *solver = tutti_new ();
    tutti_set_engines (solver, engines);
    pigeon_holes (solver, 6);
    ck_assert_int_eq (tutti_solve (solver), TUTTI_SAT);
    unsigned out = 0;
    for (int p = 0; p <= 6; p++)
      out += tutti_val (solver, 1000 + p) < 0;
    ck_assert_uint_ge (out, 1);
    ck_assert_int_eq (tutti_val (solver, 5000), 0);
    for (int p = 0; p <= 6; p++) {
      const int unit = 1000 + p;
      tutti_add_clause (solver, &unit, 1);
    }
    ck_assert_int_eq (tutti_solve (solver), TUTTI_UNSAT);
    double value;
    ck_assert (tutti_statistic (solver, "engines", &value));
    ck_assert (value == engines);
    tutti_free (solver);
  }
}
END_TEST

static tutti *contradiction (const char *proof) {
  tutti *solver = tutti_new ();
  const int clauses[] = {1, 2, 1, -2, -1, 2, -1, -2};
  ck_assert_msg (tutti_set_proof (solver, proof, true, NULL), "%s",
                 tutti_error (solver));
  for (int i = 0; i < 8; i += 2)
    tutti_add_clause (solver, clauses + i, 2);
  return solver;
}

static bool terminate_later (void *calls) {
  return ++*(int *)calls > 20;
}

// A proof replaces the old file when it is complete; one that cannot be
// written is told, and the program goes on.
START_TEST (proofs) {
  char folder[] = "/tmp/tutti-test-XXXXXX", path[64], text[16] = "";
  ck_assert_ptr_nonnull (mkdtemp (folder));
  snprintf (path, sizeof path, "%s/p", folder);
  FILE *file = fopen (path, "w+");
  fputs ("an old file", file);
  fflush (file);
  tutti *solver = contradiction (path);
  rewind (file);
  ck_assert_ptr_nonnull (fgets (text, sizeof text, file));
  ck_assert_str_eq (text, "an old file");
  fclose (file);
  ck_assert_int_eq (tutti_solve (solver), TUTTI_UNSAT);
  file = fopen (path, "r");
  ck_assert_int_eq (fgetc (file), '5');
  fclose (file);
  tutti_free (solver);
  solver = contradiction ("/dev/full");
  ck_assert_int_eq (tutti_solve (solver), TUTTI_UNKNOWN);
  ck_assert_str_eq (tutti_error (solver), "/dev/full: No space left on device");
  tutti_free (solver);
  ck_assert_int_eq (remove (path), 0);
  ck_assert_int_eq (mkfifo (path, 0600), 0);
  solver = contradiction (path);
  int calls = 0;
  tutti_set_terminate (solver, &calls, terminate_later);
  ck_assert_int_eq (tutti_solve (solver), TUTTI_UNKNOWN);
  ck_assert_int_gt (calls, 20);
  ck_assert (remove (path) == 0 && remove (folder) == 0);
  tutti_free (solver);
}
END_TEST

// -------------------------------------------------------------------- misuse

static void misuse (int which) {
  tutti *solver = tutti_new ();
  tutti_set_option (solver, "incremental", which != 7);
  tutti_add (solver, 1);
  switch (which) {
  case 0:
    tutti_solve (solver); // clause without end
    break;
  case 1:
    tutti_add (solver, 0);
    tutti_val (solver, 1); // before solve
    break;
  case 2:
    tutti_add (solver, 0);
    tutti_solve (solver);
    tutti_failed (solver, 1); // after SAT
    break;
  case 3:
    tutti_add (solver, INT32_MIN);
    break;
  case 4:
    tutti_set_engines (solver, 2); // too late
    break;
  case 5:
    tutti_assume (solver, 0);
    break;
  case 6:
    tutti_add (solver, 0);
    tutti_solve (solver);
    tutti_add (solver, 2);
    tutti_val (solver, 1); // after add
    break;
  case 7:
    tutti_add (solver, 0);
    tutti_solve (solver);
    tutti_add (solver, 2); // not incremental
    break;
  default:
    ipasir_add (NULL, 1);
  }
  tutti_free (solver);
}

START_TEST (misuse_aborts) {
  misuse (_i);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("ipasir");
  TCase *tests = tcase_create ("ipasir");
  tcase_add_loop_test (tests, incremental, 0, 300);
  tcase_add_loop_test (tests, incremental_large, 0, 60);
  tcase_add_test (tests, pigeons_under_assumptions);
  tcase_add_test (tests, terminated);
  tcase_add_test (tests, limits_and_flags);
  tcase_add_test (tests, options);
  tcase_add_test (tests, parallel);
  tcase_add_test (tests, proofs);
  tcase_add_loop_test_raise_signal (tests, misuse_aborts, SIGABRT, 0, 9);
  suite_add_tcase (suite, tests);
  return suite_run (suite);
}
