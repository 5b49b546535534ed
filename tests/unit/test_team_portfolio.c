// Who does what in teams of all sizes, and that the user's options win.
#include "suite.h"

#include "base/rng.h"
#include "team/portfolio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed;

struct options {
  struct core_options core;
  struct simp_options simp;
  struct team_options team;
};

static void defaults (struct options *options) {
  const struct option_table tables[] = {core_option_table (&options->core),
                                        simp_option_table (&options->simp),
                                        team_option_table (&options->team)};
  for (unsigned i = 0; i < 3; i++)
    options_init (&tables[i]);
}

static void lane (struct options *options, uint64_t l, uint64_t total) {
  portfolio_apply (&options->team, l, total, seed, &options->core,
                   &options->simp);
}

START_TEST (first_lane_is_default) {
  for (uint64_t total = 1; total < 100; total++) {
    struct options was, now;
    memset (&was, 0, sizeof was);
    memset (&now, 0, sizeof now);
    defaults (&was);
    defaults (&now);
    lane (&now, 0, total);
    ck_assert_int_eq (now.core.seed, (int64_t)(uint32_t)seed);
    now.core.seed = was.core.seed;
    ck_assert_mem_eq (&was.core, &now.core, sizeof was.core);
    ck_assert_mem_eq (&was.simp, &now.simp, sizeof was.simp);
  }
}
END_TEST

static uint64_t count_simplifiers (const struct team_options *team,
                                   uint64_t total, uint64_t *gap) {
  uint64_t count = 0, last = 0;
  *gap = 0;
  for (uint64_t l = 0; l < total; l++)
    if (portfolio_simplifies (team, l, total)) {
      if (*gap < l - last)
        *gap = l - last;
      last = l;
      count++;
    }
  return count;
}

START_TEST (simplifiers_are_spread) {
  struct options options;
  defaults (&options);
  for (uint64_t total = 1; total <= 1024; total++) {
    uint64_t gap;
    const uint64_t wanted = portfolio_simplifiers (&options.team, total);
    ck_assert (wanted >= 1 && wanted <= (total + 1) / 2);
    ck_assert (wanted * wanted >= 2 * total || wanted == (total + 1) / 2);
    ck_assert ((wanted - 1) * (wanted - 1) < 2 * total);
    ck_assert_uint_eq (count_simplifiers (&options.team, total, &gap), wanted);
    ck_assert (portfolio_simplifies (&options.team, 0, total));
    ck_assert_uint_le (gap, (total + wanted - 1) / wanted);
  }
  options.team.simplifiers = 5;
  uint64_t gap;
  ck_assert_uint_eq (count_simplifiers (&options.team, 64, &gap), 5);
  ck_assert_uint_eq (count_simplifiers (&options.team, 3, &gap), 3);
}
END_TEST

static uint64_t count_role (const struct options *given, uint64_t total,
                            const char *role) {
  char line[PORTFOLIO_DESCRIPTION_BYTES];
  uint64_t count = 0;
  for (uint64_t l = 0; l < total; l++) {
    portfolio_describe (&given->team, l, total, &given->core, &given->simp,
                        line);
    ck_assert_uint_lt (strlen (line), sizeof line);
    count += strstr (line, role) != NULL;
  }
  return count;
}

START_TEST (roles) {
  struct options options;
  defaults (&options);
  ck_assert_uint_eq (count_role (&options, 7, "walker"), 0);
  ck_assert_uint_eq (count_role (&options, 8, "walker"), 1);
  ck_assert_uint_eq (count_role (&options, 64, "walker"), 2);
  for (uint64_t total = 8; total < 70; total++) {
    ck_assert_uint_ge (count_role (&options, total, "default"), total / 2);
    ck_assert_uint_ge (count_role (&options, total, "stable"), 1);
    ck_assert_uint_ge (count_role (&options, total, "focused"), 1);
    ck_assert_uint_ge (count_role (&options, total, "inverted"), 1);
  }
  options.team.portfolio = false;
  ck_assert_uint_eq (count_role (&options, 64, "default"), 64);
  ck_assert_uint_eq (count_role (&options, 64, "simplifier"), 64);
}
END_TEST

START_TEST (seeds_differ) {
  enum { LANES = 2000 };
  struct options options;
  static int64_t seen[LANES];
  for (uint64_t l = 0; l < LANES; l++) {
    defaults (&options);
    lane (&options, l, LANES);
    seen[l] = options.core.seed;
    ck_assert (seen[l] >= 0 && seen[l] <= UINT32_MAX);
  }
  unsigned equal = 0; // 2000^2 / 2^33 collisions expected
  for (unsigned i = 0; i < LANES; i++)
    for (unsigned j = 0; j < i; j++)
      equal += seen[i] == seen[j];
  ck_assert_uint_le (equal, 2);
}
END_TEST

// Changes about a third of the options to some other legal value.
static void mutate (const struct option_table *table, struct rng *rng) {
  for (size_t i = 0; i < table->num_rows; i++) {
    const struct option_row *row = &table->rows[i];
    if (rng_below (rng, 3))
      continue;
    if (row->type == OPTION_BOOL)
      options_set (table, row, !row->value);
    else
      options_set (table, row, row->value < row->max ? row->max : row->min);
  }
}

static void check_kept (const struct option_table *given,
                        const struct option_table *now) {
  for (size_t i = 0; i < given->num_rows; i++) {
    const struct option_row *row = &given->rows[i];
    const double value = options_get (given, row);
    if (value != row->value && strcmp (row->name, "seed"))
      ck_assert_msg (value == options_get (now, &now->rows[i]), "%s",
                     row->name);
  }
}

START_TEST (user_wins) {
  struct rng rng;
  rng_init (&rng, seed);
  for (unsigned i = 0; i < 1000; i++) {
    struct options given, now;
    defaults (&given);
    const struct option_table core = core_option_table (&given.core);
    const struct option_table simp = simp_option_table (&given.simp);
    mutate (&core, &rng);
    mutate (&simp, &rng);
    now = given;
    const uint64_t total = 1 + rng_below (&rng, 100);
    lane (&now, rng_below (&rng, (uint32_t)total), total);
    const struct option_table new_core = core_option_table (&now.core);
    const struct option_table new_simp = simp_option_table (&now.simp);
    check_kept (&core, &new_core);
    check_kept (&simp, &new_simp);
  }
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("portfolio");
  TCase *tests = tcase_create ("portfolio");
  tcase_add_test (tests, first_lane_is_default);
  tcase_add_test (tests, simplifiers_are_spread);
  tcase_add_test (tests, roles);
  tcase_add_test (tests, seeds_differ);
  tcase_add_test (tests, user_wins);
  suite_add_tcase (suite, tests);
  return suite_run (suite);
}
