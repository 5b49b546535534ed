// The decision queue and heap against naive models.
#include "suite.h"

#include <stdlib.h>

#include "core/internal.h"

enum { VARS = 40, STEPS = 4000 };

static uint64_t seed;

static struct solver *make (void) {
  struct core_options options;
  const struct option_table table = core_option_table (&options);
  options_init (&table);
  struct solver *s = core_new (&options, NULL, NULL, 0, 1);
  for (int v = 1; v <= VARS; v++)
    solver_import_lit (s, v);
  return s;
}

START_TEST (queue_keeps_order_of_bumps) {
  struct rng rng;
  rng_init (&rng, seed);
  struct solver *s = make ();
  unsigned order[VARS];
  for (unsigned i = 0; i != VARS; i++)
    order[i] = i;
  for (int step = 0; step != STEPS; step++) {
    const unsigned at = rng_below (&rng, VARS), idx = order[at];
    queue_move_to_front (s, idx);
    memmove (order + at, order + at + 1, (VARS - 1 - at) * sizeof *order);
    order[VARS - 1] = idx;
    unsigned i = 0;
    for (uint32_t p = s->queue.first; p != UINT32_MAX;
         p = s->queue.links[p].next)
      ck_assert_uint_eq (p, order[i++]);
    ck_assert_uint_eq (i, VARS);
    ck_assert_uint_eq (s->queue.search, idx);
  }
  core_free (s);
}
END_TEST

START_TEST (heap_yields_largest_score) {
  struct rng rng;
  rng_init (&rng, seed + 1);
  struct solver *s = make ();
  bool in[VARS];
  for (unsigned i = 0; i != VARS; i++)
    in[i] = heap_contains (&s->heap, i);
  for (int step = 0; step != STEPS; step++) {
    const unsigned idx = rng_below (&rng, VARS);
    switch (rng_below (&rng, 3)) {
    case 0:
      heap_update (s, idx, rng_double (&rng));
      break;
    case 1:
      heap_remove (s, idx);
      in[idx] = false;
      break;
    default:
      if (!in[idx])
        heap_push (s, idx);
      in[idx] = true;
    }
    double max = -1;
    for (unsigned i = 0; i != VARS; i++) {
      ck_assert (in[i] == heap_contains (&s->heap, i));
      if (in[i] && s->heap.score[i] > max)
        max = s->heap.score[i];
    }
    if (s->heap.stack.size)
      ck_assert (s->heap.score[s->heap.stack.data[0]] == max);
  }
  core_free (s);
}
END_TEST

START_TEST (watch_lists_keep_what_is_pushed) {
  struct rng rng;
  rng_init (&rng, seed + 2);
  struct solver *s = make ();
  s->loading = false;
  static struct watch model[2 * VARS][STEPS];
  unsigned size[2 * VARS] = {0};
  for (int step = 0; step != STEPS; step++) {
    const ilit lit = rng_below (&rng, 2 * VARS);
    if (size[lit] && rng_below (&rng, 3) == 0) {
      const unsigned keep = rng_below (&rng, size[lit] + 1);
      watches_resize (s, lit, keep);
      size[lit] = keep;
    } else {
      const struct watch w = {step, rng_below (&rng, 1000) | BINARY_BIT};
      watch_push (s, lit, w);
      model[lit][size[lit]++] = w;
    }
    if (step % 1000 == 999)
      watches_defrag (s);
    ck_assert_uint_eq (s->watches[lit].size, size[lit]);
    for (unsigned l = 0; l != 2 * VARS; l++)
      for (unsigned i = 0; i != size[l]; i++)
        ck_assert (watches_begin (s, l)[i].blit == model[l][i].blit &&
                   watches_begin (s, l)[i].ref == model[l][i].ref);
  }
  core_free (s);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("core orders");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, queue_keeps_order_of_bumps);
  tcase_add_test (tcase, heap_yields_largest_score);
  tcase_add_test (tcase, watch_lists_keep_what_is_pushed);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
