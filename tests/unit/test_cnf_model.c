// Models: evaluation against a naive one, 'v' lines read back naively.
#include "suite.h"

#include "cnf/model.h"
#include "base/rng.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t seed;
static char error[FILE_ERROR_BYTES];
static char folder[] = "/tmp/tutti-test-model-XXXXXX";

static char *path_of (const char *name) {
  static char path[256];
  snprintf (path, sizeof path, "%s/%s", folder, name);
  return path;
}

static signed char *random_values (struct rng *rng, int num_vars) {
  signed char *values = mem_calloc ((size_t)num_vars + 1, 1);
  for (int var = 1; var <= num_vars; var++)
    values[var] =
        (signed char)(rng_below (rng, 20) ? rng_bool (rng) ? 1 : -1 : 0);
  return values;
}

static int64_t naive (const struct formula *formula, const signed char *values,
                      int num_vars) {
  int64_t number = 0;
  struct formula_cursor cursor = {0};
  const int *lits;
  size_t size;
  while (formula_next (formula, &cursor, &lits, &size)) {
    bool good = false;
    number++;
    for (size_t i = 0; i < size; i++)
      for (int var = 1; var <= num_vars; var++)
        if (values[var])
          good |= lits[i] == (values[var] > 0 ? var : -var);
    if (!good) {
      formula_leave (&cursor);
      return number;
    }
  }
  return 0;
}

START_TEST (evaluation) {
  struct rng rng;
  rng_init (&rng, seed + (uint64_t)_i);
  for (int round = 0; round < 200; round++) {
    const int num_vars = (int)rng_below (&rng, 12);
    signed char *values = random_values (&rng, num_vars);
    struct formula formula = {0};
    for (unsigned i = rng_below (&rng, 12); i--;) {
      for (unsigned n = rng_below (&rng, 9); n--;) {
        const int var = 1 + (int)rng_below (&rng, 14);
        formula_add (&formula, rng_bool (&rng) ? var : -var);
      }
      formula_add (&formula, 0);
    }
    ck_assert_int_eq (model_falsified (&formula, values, num_vars),
                      naive (&formula, values, num_vars));
    formula_fini (&formula);
    mem_free (values);
  }
}
END_TEST

static void expect_narrow (const char *path, size_t width) {
  char line[5000];
  FILE *file = fopen (path, "r");
  ck_assert_ptr_nonnull (file);
  while (fgets (line, sizeof line, file)) {
    ck_assert_uint_le (strcspn (line, "\n"), width);
    ck_assert (line[0] == 'v' && line[1] == ' ');
  }
  fclose (file);
}

// Words between blanks: 'v' as often as it likes, then the zero at the end.
static void read_back (const char *path, signed char *values, int num_vars) {
  char word[16];
  FILE *file = fopen (path, "r");
  bool complete = false;
  while (fscanf (file, "%15s", word) == 1) {
    const int lit = atoi (word);
    ck_assert (!complete && abs (lit) <= num_vars);
    if (lit)
      values[abs (lit)] = lit < 0 ? -1 : 1;
    complete = !strcmp (word, "0");
    ck_assert (lit || complete || !strcmp (word, "v"));
  }
  ck_assert (complete);
  fclose (file);
}

START_TEST (round_trip) {
  struct rng rng;
  rng_init (&rng, seed + (uint64_t)_i);
  const int num_vars = _i ? (int)rng_below (&rng, 30000) : 0;
  const unsigned width = _i % 2 ? MODEL_WIDTH : 14 + rng_below (&rng, 4000);
  signed char *values = random_values (&rng, num_vars);
  signed char *found = mem_calloc ((size_t)num_vars + 1, 1);
  struct file_out *out =
      file_out_open (&(struct file_target){.path = path_of ("model")}, error);
  ck_assert (model_write (out, values, num_vars, width));
  ck_assert (file_out_close (out, error));
  expect_narrow (path_of ("model"), width);
  read_back (path_of ("model"), found, num_vars);
  ck_assert_mem_eq (found, values, (size_t)num_vars + 1);
  mem_free (values);
  mem_free (found);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  if (!mkdtemp (folder))
    return 1;
  Suite *suite = suite_create ("cnf model");
  TCase *tcase = tcase_create ("model");
  tcase_add_loop_test (tcase, evaluation, 0, 10);
  tcase_add_loop_test (tcase, round_trip, 0, 12);
  suite_add_tcase (suite, tcase);
  const int failed = suite_run (suite);
  char command[300];
  snprintf (command, sizeof command, "rm -rf %s", folder);
  return system (command) || failed;
}
