// Whole sharing rounds over several simulated ranks in one thread.
#include "suite.h"

#include "base/vec.h"
#include "../hash_set.h"
#include "share/exchange.h"
#include "share_random.h"

#include <stdio.h>

static uint64_t seed;

enum { MAX_RANKS = 7, MAX_ENGINES = 3, MAX_VAR = 30 };

struct rank {
  struct share *share;
  struct bytes buffer, bits; // of this rank's subtree
};

struct engine {          // what an engine did, by the clauses' hashes
  struct hash_map sent;  // all clauses offered
  struct hash_map taken; // number of imports
  uint64_t clock;
};

struct cluster {
  struct rng rng;
  unsigned ranks, engines; // engines per rank
  struct rank rank[MAX_RANKS];
  struct engine engine[MAX_RANKS][MAX_ENGINES];
  struct hash_map smallest_id; // of any clause ever offered
  double factor;
  uint64_t max_id;
  bool ids;
};

static struct share_options defaults (void) {
  struct share_options options;
  const struct option_table table = share_option_table (&options);
  options_init (&table);
  return options;
}

static void start (struct cluster *cluster, uint64_t seed,
                   const struct share_options *options) {
  memset (cluster, 0, sizeof *cluster);
  rng_init (&cluster->rng, seed);
  cluster->ranks = 1 + rng_below (&cluster->rng, MAX_RANKS);
  cluster->engines = 1 + rng_below (&cluster->rng, MAX_ENGINES);
  cluster->factor = 1;
  cluster->ids = rng_below (&cluster->rng, 4);
  const struct share_config config = {cluster->engines, MAX_VAR, cluster->ids,
                                      *options, 0};
  for (unsigned r = 0; r < cluster->ranks; r++)
    cluster->rank[r].share = share_new (&config);
}

static void stop (struct cluster *cluster) {
  for (unsigned r = 0; r < cluster->ranks; r++) {
    share_free (cluster->rank[r].share);
    vec_fini (&cluster->rank[r].buffer);
    vec_fini (&cluster->rank[r].bits);
    for (unsigned e = 0; e < cluster->engines; e++) {
      hash_map_fini (&cluster->engine[r][e].sent);
      hash_map_fini (&cluster->engine[r][e].taken);
    }
  }
  hash_map_fini (&cluster->smallest_id);
}

static void offer (struct cluster *cluster, unsigned r, unsigned e,
                   unsigned max_size) {
  struct engine *engine = &cluster->engine[r][e];
  struct random_clause c;
  random_clause (&cluster->rng, &c, max_size, MAX_VAR);
  // Ids as the proof's clock draws them: increasing, own residue.
  const uint64_t lanes = MAX_RANKS * MAX_ENGINES;
  engine->clock = (engine->clock / lanes + 1) * lanes + r * MAX_ENGINES + e;
  const uint64_t id = cluster->ids ? engine->clock : 0;
  share_export (share_port (cluster->rank[r].share, e), c.lits, c.clause.size,
                c.clause.glue, id);
  hash_set_add (&engine->sent, c.clause.hash);
  bool added;
  uint64_t *least =
      hash_map_insert (&cluster->smallest_id, c.clause.hash, &added);
  if (added || id < *least)
    *least = id;
}

static void take (struct cluster *cluster, unsigned r, unsigned e) {
  struct engine *engine = &cluster->engine[r][e];
  struct share_port *port = share_port (cluster->rank[r].share, e);
  const struct share_clause *clause;
  while ((clause = share_import (port))) {
    const uint64_t hash = hash_clause (clause->lits, clause->size);
    const uint64_t *id = hash_map_find (&cluster->smallest_id, hash);
    ck_assert_ptr_nonnull (id); // somebody offered it
    ck_assert_uint_ge (clause->id, *id);
    ck_assert_uint_ge (share_import_max_id (port), clause->id);
    ck_assert (cluster->ids == !!clause->id);
    (*hash_map_insert (&engine->taken, hash, NULL))++;
    if (engine->clock < share_import_max_id (port))
      engine->clock = share_import_max_id (port);
  }
}

static struct share_bytes bytes_of (const struct bytes *buffer) {
  return (struct share_bytes){buffer->data, buffer->size};
}

static unsigned subtree (const struct cluster *cluster, unsigned r) {
  if (r >= cluster->ranks)
    return 0;
  return 1 + subtree (cluster, 2 * r + 1) + subtree (cluster, 2 * r + 2);
}

static void reduce_up (struct cluster *cluster, uint32_t round) {
  for (unsigned r = cluster->ranks; r--;) { // children before parents
    struct rank *rank = cluster->rank + r;
    struct bytes own = {0};
    struct share_bytes in[3];
    unsigned n = 0;
    share_collect (rank->share);
    share_produce (rank->share, round,
                   share_limit (rank->share, 1, cluster->factor), &own);
    in[n++] = bytes_of (&own);
    for (unsigned child = 2 * r + 1; child <= 2 * r + 2; child++)
      if (child < cluster->ranks)
        in[n++] = bytes_of (&cluster->rank[child].buffer);
    const uint64_t limit =
        share_limit (rank->share, subtree (cluster, r), cluster->factor);
    ck_assert_uint_eq (
        share_reduce (rank->share, round, limit, in, n, &rank->buffer), n);
    struct share_header head;
    ck_assert (share_buffer_header (bytes_of (&rank->buffer), &head));
    ck_assert_uint_le (head.lits, limit);
    vec_fini (&own);
  }
}

static void vote_up (struct cluster *cluster) {
  const struct share_bytes all = bytes_of (&cluster->rank[0].buffer);
  for (unsigned r = cluster->ranks; r--;) {
    struct rank *rank = cluster->rank + r;
    ck_assert (share_vote (rank->share, all, &rank->bits));
    for (unsigned child = 2 * r + 1; child <= 2 * r + 2; child++)
      if (child < cluster->ranks)
        ck_assert (share_join_votes (&rank->bits,
                                     bytes_of (&cluster->rank[child].bits)));
  }
}

static void play (struct cluster *cluster, uint32_t round) {
  reduce_up (cluster, round);
  vote_up (cluster);
  const struct rank *root = cluster->rank;
  struct share_header head;
  struct share_outcome outcome = {0, 0, 0, 0}, first;
  ck_assert (share_buffer_header (bytes_of (&root->buffer), &head));
  ck_assert_uint_ge (head.max_id, cluster->max_id);
  cluster->max_id = head.max_id;
  for (unsigned r = 0; r < cluster->ranks; r++) {
    ck_assert (share_admit (cluster->rank[r].share, bytes_of (&root->buffer),
                            bytes_of (&root->bits), head.max_id, &outcome));
    first = r ? first : outcome;
    ck_assert_mem_eq (&first, &outcome, sizeof outcome);
    ck_assert_uint_eq (
        share_import_max_id (share_port (cluster->rank[r].share, 0)),
        head.max_id);
  }
  cluster->factor = share_compensate (root->share, cluster->ranks, &outcome);
  ck_assert (cluster->factor >= 0.2 && cluster->factor <= 5);
}

#define for_engines(R, E, CLUSTER)                                             \
  for (unsigned R = 0; R < (CLUSTER)->ranks; R++)                              \
    for (unsigned E = 0; E < (CLUSTER)->engines; E++)

// Within the filter's rounds and without scarcity each engine gets exactly
// what the others offered and it did not, once.
static void expect_complete (const struct cluster *cluster) {
  for_engines (r, e, cluster) {
    const struct engine *engine = &cluster->engine[r][e];
    size_t position = 0;
    struct hash_slot entry;
    while (hash_map_next (&engine->taken, &position, &entry))
      ck_assert_uint_eq (entry.value, 1);
    position = 0;
    size_t others = 0;
    while (hash_map_next (&cluster->smallest_id, &position, &entry)) {
      const bool own = hash_set_has (&engine->sent, entry.key);
      ck_assert (own || hash_set_has (&engine->taken, entry.key));
      others += !own;
    }
    ck_assert_uint_ge (hash_set_size (&engine->taken), others);
  }
}

// Nothing that an engine had sent before a round started comes back to it.
static void expect_no_echo (const struct cluster *cluster, unsigned r,
                            unsigned e, const struct hash_map *before) {
  const struct engine *engine = &cluster->engine[r][e];
  size_t position = 0;
  struct hash_slot entry;
  while (hash_map_next (&engine->taken, &position, &entry))
    ck_assert (!hash_set_has (before, entry.key));
}

START_TEST (plenty) {
  struct share_options options = defaults ();
  struct cluster cluster;
  start (&cluster, seed + (uint64_t)_i, &options);
  for (uint32_t round = 1; round <= 8; round++) {
    for_engines (r, e, &cluster) {
      for (unsigned n = rng_below (&cluster.rng, 20); n--;)
        offer (&cluster, r, e, 3);
      take (&cluster, r, e);
    }
    play (&cluster, round);
  }
  for_engines (r, e, &cluster) take (&cluster, r, e);
  expect_complete (&cluster);
  stop (&cluster);
}
END_TEST

START_TEST (no_echo) {
  struct share_options options = defaults ();
  struct cluster cluster;
  start (&cluster, seed + 100 + (uint64_t)_i, &options);
  for_engines (r, e, &cluster) {
    for (unsigned n = 50; n--;)
      offer (&cluster, r, e, 2);
  }
  play (&cluster, 1);
  for_engines (r, e, &cluster) {
    take (&cluster, r, e);
    expect_no_echo (&cluster, r, e, &cluster.engine[r][e].sent);
  }
  stop (&cluster);
}
END_TEST

START_TEST (scarcity) {
  struct share_options options = defaults ();
  options.share_base_lits = 20;
  options.share_limit_lits = 70;
  options.share_filter_rounds = _i % 4;
  options.share_store_rounds = 2;
  options.share_import_rounds = 1;
  options.share_ring_words = 1024;
  struct cluster cluster;
  start (&cluster, seed + 200 + (uint64_t)_i, &options);
  for (uint32_t round = 1; round <= 60; round++) {
    for_engines (r, e, &cluster) {
      for (unsigned n = rng_below (&cluster.rng, 30); n--;)
        offer (&cluster, r, e, 1 + rng_below (&cluster.rng, 20));
      if (rng_bool (&cluster.rng))
        take (&cluster, r, e);
    }
    play (&cluster, round);
  }
  struct share_stats stats;
  share_stats (cluster.rank[0].share, &stats);
  ck_assert_uint_eq (stats.share_rounds, 60);
  ck_assert_uint_eq (stats.share_malformed, 0);
  ck_assert_uint_eq (stats.share_incoming,
                     stats.share_admitted + stats.share_flagged);
  ck_assert_uint_gt (stats.share_too_long + stats.share_evicted, 0);
  stop (&cluster);
}
END_TEST

/*------------------------------------------------------------------------*/

static struct share *small (unsigned engines, bool ids) {
  const struct share_config config = {engines, MAX_VAR, ids, defaults (), 0};
  return share_new (&config);
}

static void one_round (struct share *share, uint32_t round,
                       struct share_outcome *outcome) {
  struct bytes buffer = {0}, bits = {0};
  share_collect (share);
  share_produce (share, round, share_limit (share, 1, 1), &buffer);
  ck_assert (share_vote (share, bytes_of (&buffer), &bits));
  ck_assert (
      share_admit (share, bytes_of (&buffer), bytes_of (&bits), 0, outcome));
  vec_fini (&buffer);
  vec_fini (&bits);
}

// An engine offers a clause, and it is in the store.
static void offer_to (struct share *share, unsigned n, const int *lits,
                      uint64_t id) {
  ck_assert (share_export (share_port (share, 0), lits, n, 1, id));
  share_collect (share);
}

START_TEST (shared_again_after_the_filters_rounds) {
  struct share *share = small (2, true);
  const int lits[] = {1, -2, 3};
  struct share_outcome outcome;
  unsigned admitted = 0;
  for (uint32_t round = 1; round <= 24; round++) {
    share_export (share_port (share, 0), lits, 3, 2, 100 + round);
    one_round (share, round, &outcome);
    admitted += outcome.admitted;
    ck_assert_uint_le (outcome.admitted, 1);
    if (outcome.admitted)
      ck_assert_uint_eq (share_import (share_port (share, 1))->id, 100 + round);
    ck_assert_ptr_null (share_import (share_port (share, 1)));
    ck_assert_ptr_null (share_import (share_port (share, 0)));
  }
  ck_assert_uint_eq (admitted, 3); // rounds 1, 12, 23
  share_free (share);
}
END_TEST

START_TEST (a_round_without_clauses_brings_max_id) {
  struct share *share = small (2, true);
  const struct share_bytes none = {NULL, 0};
  ck_assert (share_admit (share, none, none, 77, NULL));
  ck_assert_uint_eq (share_import_max_id (share_port (share, 1)), 77);
  ck_assert (share_admit (share, none, none, 50, NULL)); // never back
  ck_assert_uint_eq (share_import_max_id (share_port (share, 0)), 77);
  share_free (share);
}
END_TEST

START_TEST (foreign_bytes_are_refused) {
  struct share *share = small (2, true), *plain = small (1, false);
  struct bytes good = {0}, other = {0}, merged = {0}, bits = {0};
  const int lits[] = {4, 5};
  offer_to (share, 2, lits, 9);
  share_produce (share, 1, 100, &good);
  share_produce (plain, 1, 100, &other);
  struct share_bytes in[] = {
      bytes_of (&good), bytes_of (&other), {good.data, good.size - 1}};
  ck_assert_uint_eq (share_reduce (share, 1, 100, in, 3, &merged), 1);
  ck_assert_uint_eq (merged.size, good.size);
  ck_assert_uint_eq (share_reduce (share, 2, 100, in, 1, &merged), 0);
  ck_assert (!share_vote (share, in[2], &bits));
  ck_assert_uint_eq (bits.size, 0);
  ck_assert (!share_vote (share, in[1], &bits));
  const uint8_t two[2] = {0, 0};
  ck_assert (
      !share_admit (share, in[0], (struct share_bytes){two, 2}, 9, NULL));
  ck_assert (
      !share_admit (share, in[2], (struct share_bytes){two, 1}, 9, NULL));
  ck_assert_ptr_null (share_import (share_port (share, 1)));
  ck_assert (share_admit (share, in[0], (struct share_bytes){two, 1}, 9, NULL));
  ck_assert_uint_eq (share_import (share_port (share, 1))->id, 9);
  struct share_stats stats;
  share_stats (share, &stats);
  ck_assert_uint_eq (stats.share_malformed, 5);
  vec_fini (&good);
  vec_fini (&other);
  vec_fini (&merged);
  vec_fini (&bits);
  share_free (share);
  share_free (plain);
}
END_TEST

// What a merge has no room for waits in the store for the next round.
START_TEST (excess_travels_later) {
  struct share *left = small (1, true), *right = small (1, true);
  const int a[] = {1, 2}, b[] = {1, 2, 3};
  struct bytes own = {0}, child = {0}, merged = {0};
  offer_to (left, 2, a, 5);
  offer_to (right, 3, b, 6);
  share_produce (left, 1, 100, &own);
  share_produce (right, 1, 100, &child);
  struct share_bytes in[] = {bytes_of (&own), bytes_of (&child)};
  ck_assert_uint_eq (share_reduce (left, 1, 4, in, 2, &merged), 2);
  struct share_header head;
  ck_assert (share_buffer_header (bytes_of (&merged), &head));
  ck_assert_uint_eq (head.lits, 2);
  share_produce (left, 2, 100, &own);
  ck_assert (share_buffer_header (bytes_of (&own), &head));
  ck_assert_uint_eq (head.lits, 3);
  ck_assert_uint_eq (head.max_id, 6);
  vec_fini (&own);
  vec_fini (&child);
  vec_fini (&merged);
  share_free (left);
  share_free (right);
}
END_TEST

START_TEST (votes_join) {
  uint8_t a[] = {1, 4}, b[] = {2, 4};
  struct bytes bits = {a, 2, 2};
  ck_assert (share_join_votes (&bits, (struct share_bytes){b, 2}));
  ck_assert_uint_eq (a[0], 3);
  ck_assert_uint_eq (a[1], 4);
  ck_assert (!share_join_votes (&bits, (struct share_bytes){b, 1}));
}
END_TEST

START_TEST (small_teams_hear_more) {
  static const struct {
    unsigned team, period_ms, base_lits;
  } sizes[] = {{2, 200, 1000}, {8, 200, 1000}, {64, 500, 500}, {900, 500, 500}};
  for (size_t i = 0; i != sizeof sizes / sizeof *sizes; i++) {
    struct share_config config = {1, MAX_VAR, false, defaults (), 0};
    config.team = sizes[i].team;
    struct share *share = share_new (&config);
    ck_assert_uint_eq (share_period_ms (share), sizes[i].period_ms);
    ck_assert_uint_eq (share_limit (share, 1, 1), sizes[i].base_lits);
    share_free (share);
    config.options.share_period_ms = 7; // as given
    config.options.share_base_lits = 77;
    share = share_new (&config);
    ck_assert_uint_eq (share_period_ms (share), 7);
    ck_assert_uint_eq (share_limit (share, 1, 1), 77);
    share_free (share);
  }
}
END_TEST

START_TEST (switched_off) {
  struct share_config config = {1, MAX_VAR, true, defaults (), 0};
  config.options.share = false;
  struct share *share = share_new (&config);
  ck_assert (!share_export (share_port (share, 0), (const int[]){1}, 1, 1, 5));
  share_free (share);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("share exchange");
  TCase *tcase = tcase_create ("exchange");
  tcase_add_loop_test (tcase, plenty, 0, 20);
  tcase_add_loop_test (tcase, no_echo, 0, 10);
  tcase_add_loop_test (tcase, scarcity, 0, 12);
  tcase_add_test (tcase, shared_again_after_the_filters_rounds);
  tcase_add_test (tcase, a_round_without_clauses_brings_max_id);
  tcase_add_test (tcase, foreign_bytes_are_refused);
  tcase_add_test (tcase, excess_travels_later);
  tcase_add_test (tcase, votes_join);
  tcase_add_test (tcase, small_teams_hear_more);
  tcase_add_test (tcase, switched_off);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
