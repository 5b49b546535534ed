// Models: evaluation against a naive one, 'v' lines written and read back.
#include "suite.h"

#include "cnf/model.h"
#include "cnf/parse.h"
#include "base/rng.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t seed;
static char error[CNF_ERROR_BYTES];
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

START_TEST (round_trip) {
  struct rng rng;
  rng_init (&rng, seed + (uint64_t)_i);
  const int num_vars = _i ? (int)rng_below (&rng, 30000) : 0;
  const unsigned width = _i % 2 ? MODEL_WIDTH : 14 + rng_below (&rng, 4000);
  signed char *values = random_values (&rng, num_vars);
  struct file_out *out = file_out_open (path_of ("model"), error);
  ck_assert (model_write (out, values, num_vars, width));
  ck_assert (file_out_close (out, error));
  expect_narrow (path_of ("model"), width);
  struct model model = {0};
  struct file_in *in = file_in_open (path_of ("model"), error);
  ck_assert_msg (model_read (in, &model, error), "%s", error);
  file_in_close (in);
  ck_assert (model.complete);
  ck_assert_int_eq (model.answer, MODEL_NONE);
  for (int var = 1; var <= num_vars; var++)
    ck_assert_int_eq ((size_t)var < model.values.size ? model.values.data[var]
                                                      : 0,
                      values[var]);
  model_fini (&model);
  mem_free (values);
}
END_TEST

START_TEST (reads_among_other_lines) {
  struct model model = {0};
  static const char text[] = "c hi\nsolver\nvalue 3\ns  SATISFIABLE \r\n"
                             "v 3 -1\n\nv\nv 2 0\nc end";
  struct file_in *in = file_in_memory (text, strlen (text), "file");
  ck_assert_msg (model_read (in, &model, error), "%s", error);
  file_in_close (in);
  ck_assert_int_eq (model.answer, MODEL_SAT);
  ck_assert (model.complete);
  ck_assert_uint_eq (model.values.size, 4);
  ck_assert (!memcmp (model.values.data + 1, "\xff\x01\x01", 3));
  model_fini (&model);
}
END_TEST

static const char *const bad[][2] = {
    {"v 1 x 0", "file:1: expected literal or 0, found 'x'"},
    {"v 1\nv -1 0", "file:2: expected each variable with one value, found "
                    "'-1'"},
    {"v 1 0\nv 2 0", "file:2: expected nothing after the model's final 0, "
                     "found '2'"},
    {"s SAT\n", "file:1: expected SATISFIABLE, UNSATISFIABLE or UNKNOWN, "
                "found 'SAT'"},
    {"s UNKNOWN\ns UNKNOWN\n", "file:2: expected a single 's' line, found "
                               "'UNKNOWN'"},
    {"v 2147483647 0", "file:1: expected literal or 0, found '2147483647'"},
};

START_TEST (refuses) {
  struct model model = {0};
  struct file_in *in = file_in_memory (bad[_i][0], strlen (bad[_i][0]), "file");
  ck_assert (!model_read (in, &model, error));
  ck_assert_str_eq (error, bad[_i][1]);
  file_in_close (in);
  model_fini (&model);
}
END_TEST

START_TEST (saves) {
  const signed char values[] = {0, 1, -1, 0, 1};
  ck_assert (model_save (path_of ("saved.gz"), values, 4, error));
  struct file_in *in = file_in_open (path_of ("saved.gz"), error);
  char text[100] = "";
  ck_assert_uint_ge (file_in_read (in, text, sizeof text - 1), 1);
  ck_assert_str_eq (text, "s SATISFIABLE\nv 1 -2 4 0\n");
  file_in_close (in);
  ck_assert (!model_save ("/nowhere/model", values, 4, error));
  ck_assert_ptr_nonnull (strstr (error, "/nowhere/model: No such file"));
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
  tcase_add_test (tcase, reads_among_other_lines);
  tcase_add_loop_test (tcase, refuses, 0, sizeof bad / sizeof *bad);
  tcase_add_test (tcase, saves);
  suite_add_tcase (suite, tcase);
  const int failed = suite_run (suite);
  char command[300];
  snprintf (command, sizeof command, "rm -rf %s", folder);
  return system (command) || failed;
}
