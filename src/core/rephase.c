// rephase.c - reset saved phases now and then; remember the best ones.
// Idea     target phases follow the longest conflict-free trail since the last
//          reset, best phases the longest since the last rephasing
// Source   [BiereFleury-POS'20], [CaiZhang-SAT'21]
#include "core/internal.h"

#include <math.h>

void phases_init (struct solver *s, unsigned idx) {
  s->phases.target[idx] = s->phases.best[idx] = 0;
  s->phases.saved[idx] = 0;
  if (rng_double (&s->rng) < s->opts.random_phases)
    s->phases.saved[idx] = rng_bool (&s->rng) ? 1 : -1;
}

// Without level 0, whose variables are never decided.
static void copy_trail (struct solver *s, int8_t *phases, uint32_t end) {
  for (uint32_t i = s->levels.size ? s->levels.data[0].trail : end; i < end;
       i++) {
    const ilit lit = s->trail[i];
    phases[IDX (lit)] = SIGN (lit) ? -1 : 1;
  }
}

// In a conflict only the levels below the last one are consistent.
void update_target_and_best (struct solver *s, bool conflict) {
  if (!s->stable && s->opts.target < 2)
    return;
  uint32_t consistent = s->trail_size;
  if (conflict)
    consistent = s->levels.data[decision_level (s) - 1].trail;
  if (consistent > s->target_assigned) {
    s->target_assigned = consistent;
    copy_trail (s, s->phases.target, consistent);
  }
  if (consistent > s->best_assigned) {
    s->best_assigned = consistent;
    copy_trail (s, s->phases.best, consistent);
  }
}

bool rephasing (struct solver *s) {
  return s->stable && s->stats.conflicts > s->limits.rephase;
}

static void to_best (struct solver *s) {
  for_vars (idx, s)
    if (s->phases.best[idx])
      s->phases.saved[idx] = s->phases.best[idx];
  s->best_assigned = 0;
}

static void to_constant (struct solver *s, int8_t phase) {
  memset (s->phases.saved, phase, s->vars);
}

// Original, inverted, then for ever: best, walk, original, best, walk,
// inverted.
void rephase (struct solver *s) {
  backtrack (s, 0);
  const uint64_t count = s->stats.rephased++;
  const int8_t initial = s->opts.phase ? 1 : -1;
  switch (count < 2 ? 2 + 3 * count : (count - 2) % 6) {
  case 0:
  case 3:
    to_best (s);
    break;
  case 1:
  case 4:
    walk (s);
    break;
  case 2:
    to_constant (s, initial);
    break;
  case 5:
    to_constant (s, -initial);
    break;
  }
  s->target_assigned = 0;
  memset (s->phases.target, 0, s->vars);
  s->limits.rephase = s->stats.conflicts + s->opts.rephase_interval *
                                               (count + 1) *
                                               pow (core_logn (count + 1), 3);
}
