// Option tables: defaults, accepted and refused arguments, listings.
#include "suite.h"

#include "base/options.h"

#include <stdlib.h>
#include <string.h>

#define ROWS                                                                   \
  OPT (INT, share_period_ms, 500, 1, 60000, "pause between two rounds")        \
  OPT (BOOL, vivify, 1, 0, 1, "shorten clauses")                               \
  OPT (REAL, elim_effort, 0.1, 0, 1e3, "effort relative to search")            \
  OPT (INT, big, 5, -1e15, 1e15, "a wide range")                               \
  OPT (BOOL, no_rest, 0, 0, 1, "a name that starts with no")

struct values {
#define OPT OPTION_FIELD
  ROWS
#undef OPT
};

static const struct option_row rows[] = {
#define OPT(...) OPTION_ROW (struct values, __VA_ARGS__)
    ROWS
#undef OPT
};

static struct values values;
static const struct option_table tables[] = {{"first", rows, 2, &values},
                                             {"second", rows + 2, 3, &values}};
static char error[256];

static void setup (void) {
  memset (&values, 0x55, sizeof values);
  options_init (tables);
  options_init (tables + 1);
  *error = 0;
}

static enum option_status parse (const char *arg) {
  return options_parse (tables, 2, arg, error);
}

START_TEST (defaults) {
  ck_assert_int_eq (values.share_period_ms, 500);
  ck_assert (values.vivify);
  ck_assert_double_eq (values.elim_effort, 0.1);
  ck_assert (!values.no_rest);
}
END_TEST

START_TEST (accepts) {
  static const struct {
    const char *arg;
    int64_t big;
  } cases[] = {{"--big=17", 17},
               {"--big=-3", -3},
               {"--big=1e6", 1000000},
               {"--big=2k", 2000},
               {"--big=3M", 3000000},
               {"--big=1.5G", 1500000000},
               {"--big", 1},
               {"--no-big", 0},
               {"--big=1e15", 1000000000000000}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ck_assert_msg (parse (cases[i].arg) == OPTION_OK, "%s: %s", cases[i].arg,
                   error);
    ck_assert_int_eq (values.big, cases[i].big);
  }
  ck_assert_int_eq (parse ("--share-period-ms=7"), OPTION_OK);
  ck_assert_int_eq (values.share_period_ms, 7);
  ck_assert_int_eq (parse ("--share_period_ms=8"), OPTION_OK);
  ck_assert_int_eq (values.share_period_ms, 8);
  ck_assert_int_eq (parse ("--elim-effort=2.5e1"), OPTION_OK);
  ck_assert_double_eq (values.elim_effort, 25);
}
END_TEST

START_TEST (booleans) {
  static const char *const off[] = {"--vivify=false", "--vivify=no",
                                    "--vivify=0", "--no-vivify"};
  static const char *const on[] = {"--vivify=true", "--vivify=yes",
                                   "--vivify=1", "--vivify"};
  for (int i = 0; i < 4; i++) {
    ck_assert_int_eq (parse (off[i]), OPTION_OK);
    ck_assert (!values.vivify);
    ck_assert_int_eq (parse (on[i]), OPTION_OK);
    ck_assert (values.vivify);
  }
  ck_assert_int_eq (parse ("--no-rest"), OPTION_OK);
  ck_assert (values.no_rest);
  ck_assert_int_eq (parse ("--no-no-rest"), OPTION_OK);
  ck_assert (!values.no_rest);
}
END_TEST

START_TEST (refuses) {
  static const char *const bad[] = {"--big=",
                                    "--big=x",
                                    "--big=1.5",
                                    "--big=1e16",
                                    "--big=nan",
                                    "--big=inf",
                                    "--big=1kk",
                                    "--big= 1",
                                    "--vivify=2",
                                    "--vivify=",
                                    "--no-vivify=1",
                                    "--share-period-ms=0",
                                    "--elim-effort=-1",
                                    "--no-share-period-ms",
                                    "--share-period-ms=60001"};
  const struct values before = values;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    *error = 0;
    ck_assert_msg (parse (bad[i]) == OPTION_VALUE, "%s", bad[i]);
    ck_assert_msg (*error && strlen (error) < 256, "%s", bad[i]);
  }
  ck_assert (!memcmp (&before, &values, sizeof values));
  parse ("--share-period-ms=70000");
  ck_assert_str_eq (error, "option '--share-period-ms' expects an integer "
                           "from 1 to 60000, found '70000'");
}
END_TEST

START_TEST (unknown) {
  static const char *const bad[] = {"--",    "-v",      "file",
                                    "--nix", "--vivif", "--vivifyx",
                                    "--no-", "--no-x",  "--vivify-=1"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    ck_assert_msg (parse (bad[i]) == OPTION_UNKNOWN, "%s", bad[i]);
  char *huge = malloc (100000);
  memset (huge, '-', 99999);
  huge[99999] = 0;
  ck_assert_int_eq (parse (huge), OPTION_UNKNOWN);
  ck_assert_uint_lt (strlen (error), 256);
  memcpy (huge, "--big=", 6);
  ck_assert_int_eq (parse (huge), OPTION_VALUE);
  ck_assert_uint_lt (strlen (error), 256);
  free (huge);
}
END_TEST

START_TEST (set_clamps) {
  const struct option_row *row = options_find (tables, "share-period-ms");
  ck_assert_ptr_eq (row, rows);
  options_set (tables, row, -4);
  ck_assert_double_eq (options_get (tables, row), 1);
  options_set (tables, row, 1e9);
  ck_assert_double_eq (options_get (tables, row), 60000);
  ck_assert_ptr_null (options_find (tables, "elim_effort")); // second table
}
END_TEST

START_TEST (listings) {
  char *text = NULL;
  size_t bytes;
  FILE *out = open_memstream (&text, &bytes);
  options_help (tables, 2, out);
  options_markdown (tables, 2, out);
  options_list (tables, 2, out);
  fclose (out);
  ck_assert_ptr_nonnull (strstr (text, "--share-period-ms=500"));
  ck_assert_ptr_nonnull (strstr (
      text, "| `--elim-effort` | 0.1 | 0 to 1000 | effort relative to"));
  ck_assert_ptr_nonnull (strstr (text, "\nvivify bool 1 0 1\n"));
  free (text);
}
END_TEST

int main (void) {
  Suite *suite = suite_create ("base options");
  TCase *tcase = tcase_create ("options");
  tcase_add_checked_fixture (tcase, setup, NULL);
  tcase_add_test (tcase, defaults);
  tcase_add_test (tcase, accepts);
  tcase_add_test (tcase, booleans);
  tcase_add_test (tcase, refuses);
  tcase_add_test (tcase, unknown);
  tcase_add_test (tcase, set_clamps);
  tcase_add_test (tcase, listings);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
