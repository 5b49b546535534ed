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
  OPT (BOOL, no_rest, 0, 0, 1, "a name that starts with no")                   \
  OPT (SIZE, memory, 0, 0, 1e9, "a size in megabytes")                         \
  OPT (TIME, time, 0, 0, 1e9, "a time in seconds")                             \
  OPT (LEVEL, verbose, 0, 0, 2, "a level")                                     \
  OPT (BOOL, lrat, 1, 1, 1, "what cannot be changed")

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
                                             {"second", rows + 2, 7, &values}};
static char error[OPTION_ERROR_BYTES];

static void setup (void) {
  memset (&values, 0x55, sizeof values);
  options_init (tables);
  options_init (tables + 1);
  *error = 0;
}

static const struct option_row *find (const char *name,
                                      const struct option_table **table) {
  return options_find (tables, 2, name, strlen (name), table);
}

static bool set (const char *name, const char *text) {
  const struct option_table *table = NULL;
  const struct option_row *row = find (name, &table);
  ck_assert_ptr_nonnull (row);
  *error = 0;
  return options_read (table, row, text, error);
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
    const char *text;
    int64_t big;
  } cases[] = {{"17", 17},         {"-3", -3},
               {"1e6", 1000000},   {"2k", 2000},
               {"3M", 3000000},    {"1.5G", 1500000000},
               {"+4", 4},          {"1e15", 1000000000000000},
               {"2.50e1k", 25000}, {".5k", 500}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ck_assert_msg (set ("big", cases[i].text), "%s", error);
    ck_assert_int_eq (values.big, cases[i].big);
  }
  ck_assert (set ("share-period-ms", "7"));
  ck_assert_int_eq (values.share_period_ms, 7);
  ck_assert (set ("share_period_ms", "8"));
  ck_assert_int_eq (values.share_period_ms, 8);
  ck_assert (set ("elim-effort", "2.5e1"));
  ck_assert_double_eq (values.elim_effort, 25);
}
END_TEST

// A number without a unit stays what it always was: megabytes, seconds.
START_TEST (units) {
  static const struct {
    const char *text;
    int64_t megabytes;
  } sizes[] = {{"500", 500},    {"1G", 1000},    {"1g", 1000},
               {"1GB", 1000},   {"1GiB", 1074},  {"2048MiB", 2148},
               {"1.5T", 1.5e6}, {"1000000B", 1}, {"1B", 1},
               {"1KiB", 1},     {"1000001B", 2}, {"0", 0},
               {"1e3", 1000},   {"1e3kb", 1}};
  static const struct {
    const char *text;
    double seconds;
  } times[] = {{"90", 90},   {"90s", 90},   {"1.5m", 90},   {"2min", 120},
               {"2h", 7200}, {"1d", 86400}, {"50ms", 0.05}, {"0", 0}};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    ck_assert_msg (set ("memory", sizes[i].text), "%s", error);
    ck_assert_int_eq (values.memory, sizes[i].megabytes);
  }
  for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
    ck_assert_msg (set ("time", times[i].text), "%s", error);
    ck_assert_double_eq_tol (values.time, times[i].seconds, 1e-12);
  }
}
END_TEST

START_TEST (booleans) {
  static const char *const off[] = {"false", "no", "0"};
  static const char *const on[] = {"true", "yes", "1", NULL};
  for (int i = 0; i < 4; i++) {
    ck_assert (set ("vivify", off[i % 3]));
    ck_assert (!values.vivify);
    ck_assert (set ("vivify", on[i]));
    ck_assert (values.vivify);
  }
}
END_TEST

START_TEST (levels) {
  ck_assert (set ("verbose", NULL));
  ck_assert_int_eq (values.verbose, 1);
  ck_assert (set ("verbose", NULL));
  ck_assert (set ("verbose", NULL)); // no more than there is
  ck_assert_int_eq (values.verbose, 2);
  ck_assert (set ("verbose", "1"));
  ck_assert_int_eq (values.verbose, 1);
}
END_TEST

START_TEST (refuses) {
  static const struct {
    const char *name, *text;
  } bad[] = {{"big", ""},
             {"big", NULL},
             {"big", "x"},
             {"big", "1.5"},
             {"big", "1e16"},
             {"big", "1e999"},
             {"big", "nan"},
             {"big", "inf"},
             {"big", "0x10"},
             {"big", "1kk"},
             {"big", "1m"},
             {"big", "1e"},
             {"big", "1e+"},
             {"big", "."},
             {"big", "-"},
             {"big", "--1"},
             {"big", " 1"},
             {"big", "1 "},
             {"big", "1,5"},
             {"vivify", "2"},
             {"vivify", ""},
             {"vivify", "True"},
             {"share-period-ms", "0"},
             {"share-period-ms", "60001"},
             {"elim-effort", "-1"},
             {"elim-effort", NULL},
             {"memory", "1X"},
             {"memory", "1GG"},
             {"memory", "1 G"},
             {"memory", "G"},
             {"memory", "-1G"},
             {"memory", "2e6G"},
             {"memory", "1GiBB"},
             {"memory", NULL},
             {"time", "10M"},
             {"time", "1h30m"},
             {"time", "hard.cnf"},
             {"time", "-1s"},
             {"time", NULL},
             {"verbose", "3"},
             {"lrat", "0"}};
  const struct values before = values;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    ck_assert_msg (!set (bad[i].name, bad[i].text), "%s=%s", bad[i].name,
                   bad[i].text ? bad[i].text : "");
    ck_assert (*error && strlen (error) < sizeof error);
  }
  ck_assert (!memcmp (&before, &values, sizeof values));
}
END_TEST

START_TEST (explains) {
  set ("share-period-ms", "70000");
  ck_assert_str_eq (error, "option '--share-period-ms' expects an integer "
                           "from 1 to 60000, found '70000'");
  set ("memory", NULL);
  ck_assert_str_eq (error, "option '--memory' expects megabytes or a size such "
                           "as 2G from 0 to 1000000000, found nothing");
  set ("lrat", "false");
  ck_assert_str_eq (error, "option '--lrat' is always true");
  char *huge = malloc (100000);
  memset (huge, '-', 99999);
  huge[99999] = 0;
  ck_assert (!set ("big", huge));
  ck_assert_uint_lt (strlen (error), sizeof error);
  free (huge);
}
END_TEST

START_TEST (names) {
  static const char *const bad[] = {"", "-", "vivif", "vivifyx", "vivify-"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    ck_assert_ptr_null (find (bad[i], NULL));
  const struct option_table *table;
  ck_assert_ptr_eq (options_find (tables, 2, "big=3", 3, &table), rows + 3);
  ck_assert_ptr_eq (table, tables + 1);
  ck_assert (options_need_value (find ("time", NULL)));
  ck_assert (!options_need_value (find ("verbose", NULL)));
  ck_assert (!options_need_value (find ("vivify", NULL)));
}
END_TEST

START_TEST (set_clamps) {
  const struct option_row *row = find ("share-period-ms", NULL);
  ck_assert_ptr_eq (row, rows);
  options_set (tables, row, -4);
  ck_assert_double_eq (options_get (tables, row), 1);
  options_set (tables, row, 1e9);
  ck_assert_double_eq (options_get (tables, row), 60000);
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
  ck_assert_ptr_nonnull (strstr (text, "\nmemory size 0 0 1000000000\n"));
  ck_assert_ptr_nonnull (strstr (text, "\nverbose int 0 0 2\n"));
  free (text);
}
END_TEST

int main (void) {
  Suite *suite = suite_create ("base options");
  TCase *tcase = tcase_create ("options");
  tcase_add_checked_fixture (tcase, setup, NULL);
  tcase_add_test (tcase, defaults);
  tcase_add_test (tcase, accepts);
  tcase_add_test (tcase, units);
  tcase_add_test (tcase, booleans);
  tcase_add_test (tcase, levels);
  tcase_add_test (tcase, refuses);
  tcase_add_test (tcase, explains);
  tcase_add_test (tcase, names);
  tcase_add_test (tcase, set_clamps);
  tcase_add_test (tcase, listings);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
