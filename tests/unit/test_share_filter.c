// The filter against a table that forgets nothing, and the quota's formulas.
#include "suite.h"

#include "base/vec.h"
#include "../hash_set.h"
#include "share/filter.h"
#include "share/quota.h"

#include <math.h>
#include <stdio.h>

static uint64_t seed;

enum { KEYS = 200, ENGINES = 130, ROUNDS = 5, NEVER = 1 << 20 };

struct model { // rounds as int, so that 'never' is far away
  int produced[KEYS], shared[KEYS];
  bool engines[KEYS][ENGINES];
};

static bool recent (int then, int now) {
  return then != -NEVER && now - then <= ROUNDS;
}

static bool alive (const struct model *model, unsigned key, int now) {
  return recent (model->produced[key], now) || recent (model->shared[key], now);
}

static void produce (struct share_filter *filter, struct model *model,
                     unsigned key, unsigned engine, int round) {
  const bool fresh = !alive (model, key, round);
  ck_assert (share_filter_produce (filter, rng_mix (key), engine,
                                   (uint32_t)round) == fresh);
  if (fresh) {
    model->produced[key] = round;
    model->shared[key] = -NEVER;
    memset (model->engines[key], 0, sizeof model->engines[key]);
  }
  model->engines[key][engine] = true;
}

// The engines that produced the clause, or null.
static const uint64_t *producers (const struct share_filter *filter,
                                  uint64_t hash) {
  const uint64_t *position = hash_map_find (&filter->index, hash);
  return position ? filter->masks + *position * filter->words : NULL;
}

static void compare (const struct share_filter *filter,
                     const struct model *model, unsigned key, int round) {
  ck_assert (share_filter_shared (filter, rng_mix (key), (uint32_t)round) ==
             recent (model->shared[key], round));
  const uint64_t *mask = producers (filter, rng_mix (key));
  if (!alive (model, key, round))
    return;
  ck_assert_ptr_nonnull (mask);
  bool same = true;
  for (unsigned e = 0; e < ENGINES; e++)
    same &= (mask[e / 64] >> e % 64 & 1) == model->engines[key][e];
  ck_assert (same);
}

START_TEST (like_a_table) {
  struct rng rng;
  rng_init (&rng, seed + (uint64_t)_i);
  static struct model model;
  for (unsigned key = 0; key < KEYS; key++)
    model.produced[key] = model.shared[key] = -NEVER;
  struct share_filter filter;
  share_filter_init (&filter, ENGINES, ROUNDS);
  for (int round = 0; round < 300; round++) {
    for (unsigned step = rng_below (&rng, 40); step--;) {
      const unsigned key = rng_below (&rng, KEYS);
      if (rng_below (&rng, 3))
        produce (&filter, &model, key, rng_below (&rng, ENGINES), round);
      else if (alive (&model, key, round)) {
        share_filter_share (&filter, rng_mix (key), (uint32_t)round);
        model.shared[key] = round;
      }
      compare (&filter, &model, rng_below (&rng, KEYS), round);
    }
    if (rng_below (&rng, 3))
      continue;
    share_filter_expire (&filter, (uint32_t)round);
    size_t count = 0;
    for (unsigned key = 0; key < KEYS; key++)
      count += alive (&model, key, round);
    ck_assert_uint_eq (filter.size, count);
    ck_assert_uint_eq (filter.size + filter.vacant.size, filter.end);
    ck_assert_uint_eq (hash_set_size (&filter.index), count);
  }
  share_filter_fini (&filter);
}
END_TEST

START_TEST (unknown_clauses_stay_unknown) {
  struct share_filter filter;
  share_filter_init (&filter, 1, 10);
  share_filter_share (&filter, 77, 1);
  ck_assert (!share_filter_shared (&filter, 77, 1));
  ck_assert_ptr_null (producers (&filter, 77));
  ck_assert (share_filter_produce (&filter, 77, 0, 2));
  ck_assert (!share_filter_shared (&filter, 77, 2));
  share_filter_fini (&filter);
}
END_TEST

/*------------------------------------------------------------------------*/

static void near (double value, double expected) {
  ck_assert_double_le (fabs (value - expected), 0.51);
}

START_TEST (limits_as_published) {
  near (share_quota (8000, 1e5, 1, 1), 8000); // 16 engines of 500 literals
  near (share_quota (8000, 1e5, 1, 4), 29125);
  near (share_quota (8000, 1e5, 1, 16), 75036);
  near (share_quota (8000, 1e5, 1, 64), 99616);
  near (share_quota (8000, 1e5, 0.5, 4), 14562.5);
  near (share_quota (1e5, 1e5, 2, 7), 2e5);
  near (share_quota (3e5, 1e5, 1, 1), 1e5);
  for (unsigned u = 1; u < 5000; u++) {
    ck_assert_double_le (share_quota (500, 1e5, 1, u), 1e5);
    ck_assert_double_ge (share_quota (500, 1e5, 1, u + 1),
                         share_quota (500, 1e5, 1, u));
  }
}
END_TEST

// Two rounds by hand: D = 1000, half of what arrives is admitted.
START_TEST (compensation_by_hand) {
  struct share_compensation c;
  share_compensation_init (&c);
  ck_assert_double_eq (c.factor, 1);
  // sum_wanted 10000, sum_admitted 9500, mean_incoming 1000, mean_admitted 750
  const double first = 0.2 + 0.8 * (10000 - 9500 + 1000) / 750;
  ck_assert_double_eq_tol (share_compensate_round (&c, 1000, 1000, 500), first,
                           1e-9);
  // Incoming 800 < min (1000, 1800): 200 are forgiven, 9800 -> 9820.
  const double in = 500 + 400 / first, out = 375 + 200 / first;
  const double second =
      0.2 * first + 0.8 * (9820 - (0.9 * 9500 + 400) + in) / out;
  ck_assert_double_eq_tol (share_compensate_round (&c, 1000, 800, 400),
                           fmin (5, second), 1e-9);
}
END_TEST

START_TEST (compensation_stays_in_range) {
  struct rng rng;
  rng_init (&rng, seed + 99);
  struct share_compensation c;
  share_compensation_init (&c);
  bool good = true;
  for (unsigned i = 0; i < 100000; i++) {
    const double incoming = rng_below (&rng, 4) ? 1e5 * rng_double (&rng) : 0;
    const double admitted =
        incoming * (rng_bool (&rng) ? rng_double (&rng) : 0);
    const double factor = share_compensate_round (
        &c, 1 + 1e5 * rng_double (&rng), incoming, admitted);
    good &= factor >= 0.2 && factor <= 5;
  }
  ck_assert (good);
}
END_TEST

// If a fixed share of what comes in passes, the volume wanted is reached.
START_TEST (compensation_reaches_its_aim) {
  static const double shares[] = {1, 0.7, 0.4, 0.25};
  struct share_compensation c;
  share_compensation_init (&c);
  double admitted = 0, factor = 1;
  for (unsigned i = 0; i < 200; i++) {
    const double incoming = factor * 10000, passed = incoming * shares[_i];
    factor = share_compensate_round (&c, 10000, incoming, passed);
    admitted += i < 100 ? 0 : passed;
  }
  ck_assert_double_le (fabs (admitted / 100 - 10000), 500);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("share filter");
  TCase *tcase = tcase_create ("filter");
  tcase_add_loop_test (tcase, like_a_table, 0, 5);
  tcase_add_test (tcase, unknown_clauses_stay_unknown);
  tcase_add_test (tcase, limits_as_published);
  tcase_add_test (tcase, compensation_by_hand);
  tcase_add_test (tcase, compensation_stays_in_range);
  tcase_add_loop_test (tcase, compensation_reaches_its_aim, 0, 4);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
