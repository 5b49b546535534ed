// Rings and ports: order, bounds, and two threads per port under stress.
#include "suite.h"

#include "share/port.h"
#include "base/vec.h"
#include "share/ring.h"
#include "share_random.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>

static uint64_t seed;

/*------------------------------------------------------------------------*/

typedef VEC (uint32_t) words; // one record after the other, length first

static bool write_record (struct share_ring *ring, struct rng *rng,
                          words *all) {
  const unsigned n = rng_below (rng, 30);
  uint32_t *place = share_ring_reserve (ring, n);
  if (!place)
    return false;
  vec_push (all, n);
  for (unsigned i = 0; i < n; i++) {
    place[i] = rng_next32 (rng);
    vec_push (all, place[i]);
  }
  share_ring_commit (ring, n);
  return true;
}

static size_t read_record (struct share_ring *ring, const words *all,
                           size_t at) {
  unsigned n = 0;
  const bool ready = share_ring_ready (ring);
  const uint32_t *record = share_ring_next (ring, &n);
  ck_assert (ready == (record != NULL));
  ck_assert ((record != NULL) == (at < all->size));
  if (!record)
    return at;
  ck_assert_uint_eq (n, all->data[at]);
  ck_assert_mem_eq (record, all->data + at + 1, n * sizeof *record);
  return at + n + 1;
}

START_TEST (ring_like_a_queue) {
  struct rng rng;
  rng_init (&rng, seed + (uint64_t)_i);
  struct share_ring ring;
  share_ring_init (&ring, 64u << _i);
  words all = {0};
  size_t at = 0;
  unsigned refused = 0;
  for (unsigned step = 0; step < 20000; step++)
    if (rng_below (&rng, 100) < (step / 500 & 1 ? 40u : 60u))
      refused += !write_record (&ring, &rng, &all);
    else
      at = read_record (&ring, &all, at);
  while (at < all.size)
    at = read_record (&ring, &all, at);
  read_record (&ring, &all, at);
  ck_assert_uint_gt (refused, 0);
  vec_fini (&all);
  share_ring_fini (&ring);
}
END_TEST

START_TEST (empty_ring_takes_the_largest_record) {
  struct share_ring ring;
  share_ring_init (&ring, 64);
  for (unsigned i = 0; i < 200; i++) {
    unsigned n = 0;
    ck_assert_ptr_nonnull (share_ring_reserve (&ring, 30));
    share_ring_commit (&ring, 30);
    ck_assert_ptr_nonnull (share_ring_next (&ring, &n));
    ck_assert_uint_eq (n, 30);
    ck_assert_ptr_null (share_ring_next (&ring, &n));
  }
  share_ring_fini (&ring);
}
END_TEST

/*------------------------------------------------------------------------*/

START_TEST (repeats_are_refused_for_some_rounds) {
  struct share_port *port = share_port_new (1024, 3);
  const int lits[] = {3, -1, 2}, again[] = {2, 3, -1};
  ck_assert (share_export (port, lits, 3, 2, 10));
  ck_assert (!share_export (port, again, 3, 2, 11));
  share_port_announce (port, 3, 0);
  ck_assert (!share_export (port, again, 3, 2, 12));
  share_port_announce (port, 4, 0);
  ck_assert (share_export (port, again, 3, 2, 13));
  const struct share_port_stats stats = share_port_stats (port);
  ck_assert_uint_eq (stats.offered, 4);
  ck_assert_uint_eq (stats.repeated, 2);
  const struct share_clause *clause = share_port_drain (port);
  ck_assert_uint_eq (clause->id, 10);
  ck_assert_uint_eq (clause->glue, 2);
  ck_assert_uint_eq (clause->hash, hash_clause (again, 3));
  ck_assert_int_eq (clause->lits[0], 3); // in the engine's order
  ck_assert_uint_eq (share_port_drain (port)->id, 13);
  ck_assert_ptr_null (share_port_drain (port));
  share_port_free (port);
}
END_TEST

START_TEST (useless_clauses_are_refused) {
  struct share_port *port = share_port_new (1024, 3);
  int lits[SHARE_MAX_LITS + 1];
  for (int i = 0; i <= SHARE_MAX_LITS; i++)
    lits[i] = i + 1;
  ck_assert (!share_export (port, lits, SHARE_MAX_LITS + 1, 5, 1));
  ck_assert (share_export (port, lits, SHARE_MAX_LITS, 1000, 1));
  ck_assert_uint_eq (share_port_drain (port)->glue, SHARE_MAX_GLUE);
  share_port_refuse (port, 2);
  ck_assert (!share_export (port, lits, 3, 2, 1));
  ck_assert (share_export (port, lits, 2, 2, 1));
  share_port_refuse (port, 0);
  ck_assert (!share_export (port, lits, 1, 1, 1));
  ck_assert_uint_eq (share_port_stats (port).too_long, 3);
  share_port_free (port);
}
END_TEST

START_TEST (full_ring_drops_and_counts) {
  struct share_port *port = share_port_new (0, 3);
  unsigned kept = 0;
  for (int i = 1; i <= 1000; i++)
    kept += share_export (port, (const int[]){i, i + 1}, 2, 1, 1);
  ck_assert_uint_lt (kept, 1000);
  ck_assert_uint_eq (share_port_stats (port).ring_full, 1000 - kept);
  for (unsigned i = 0; i < kept; i++)
    ck_assert_ptr_nonnull (share_port_drain (port));
  ck_assert_ptr_null (share_port_drain (port));
  // What was dropped does not count as offered before.
  ck_assert (share_export (port, (const int[]){1000, 1001}, 2, 1, 1));
  share_port_free (port);
}
END_TEST

/*------------------------------------------------------------------------*/

// Stress: engine and communicator run at once through a small port.  Clauses
// carry a running number in id and literals, so loss, tearing and reordering
// show; imports must never overtake their round's max_id.
enum { STRESS = 50000 };

struct stress {
  struct share_port *port;
  uint64_t exported, drained, delivered, imported;
  _Atomic bool stop; // engine sets, communicator reads; acquire/release
};

static unsigned fill (int *lits, uint64_t number) {
  const unsigned n = 1 + (unsigned)(rng_mix (number) % 20);
  for (unsigned i = 0; i < n; i++)
    lits[i] = (int)(number * 20 + i + 1);
  return n;
}

static void verify (const struct share_clause *clause) {
  int lits[20];
  ck_assert_uint_eq (clause->size, fill (lits, clause->id));
  ck_assert_mem_eq (clause->lits, lits, clause->size * sizeof *lits);
  ck_assert_uint_eq (clause->hash, hash_clause (lits, clause->size));
}

static void import_all (struct stress *stress) {
  const struct share_clause *clause;
  while ((clause = share_import (stress->port))) {
    ck_assert_uint_ge (share_import_max_id (stress->port), clause->id);
    verify (clause);
    stress->imported++;
  }
}

static void *engine (void *arg) {
  struct stress *stress = arg;
  int lits[20];
  for (uint64_t number = 1; number <= STRESS; number++) {
    const unsigned n = fill (lits, number);
    stress->exported += share_export (stress->port, lits, n, 1, number);
    if (number % 7 == 0)
      import_all (stress);
    if (number % 64 == 0)
      sched_yield ();
  }
  atomic_store_explicit (&stress->stop, true, memory_order_release);
  return NULL;
}

// Sends back what arrived, a round per visit.
static void serve (struct stress *stress, uint32_t round) {
  const struct share_clause *clause;
  while ((clause = share_port_drain (stress->port))) {
    verify (clause);
    stress->drained++;
    share_port_announce (stress->port, round, clause->id);
    stress->delivered += share_port_deliver (stress->port, clause);
  }
}

START_TEST (two_threads) {
  struct stress stress = {.port = share_port_new (4096, 10)};
  pthread_t thread;
  ck_assert_int_eq (pthread_create (&thread, NULL, engine, &stress), 0);
  uint32_t round = 0;
  while (!atomic_load_explicit (&stress.stop, memory_order_acquire)) {
    serve (&stress, ++round);
    sched_yield ();
  }
  serve (&stress, ++round);
  pthread_join (thread, NULL);
  import_all (&stress);
  const struct share_port_stats stats = share_port_stats (stress.port);
  ck_assert_uint_eq (stress.exported, stress.drained);
  ck_assert_uint_eq (stress.delivered, stress.imported);
  ck_assert_uint_eq (stats.imported, stress.imported);
  ck_assert_uint_eq (stats.offered, STRESS);
  ck_assert_uint_eq (stats.offered, stress.exported + stats.repeated +
                                        stats.too_long + stats.ring_full);
  ck_assert_uint_gt (stress.imported, 0);
  share_port_free (stress.port);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("share port");
  TCase *tcase = tcase_create ("port");
  tcase_add_loop_test (tcase, ring_like_a_queue, 0, 4);
  tcase_add_test (tcase, empty_ring_takes_the_largest_record);
  tcase_add_test (tcase, repeats_are_refused_for_some_rounds);
  tcase_add_test (tcase, useless_clauses_are_refused);
  tcase_add_test (tcase, full_ring_drops_and_counts);
  tcase_add_loop_test (tcase, two_threads, 0, 3);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
