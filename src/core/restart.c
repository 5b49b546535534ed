// restart.c - give up the current assignment, keep what it taught.
// Idea     focused mode restarts when recent glue is worse than its long term
//          average, stable mode after Luby intervals; the part of the trail
//          that would be decided again is kept
// Source   [AudemardSimon-CP'12], [BiereFrohlich-POS'15], reluctant doubling
//          [LubySinclairZuckerman-IPL'93], trail reuse [VanDerTakEtAl-JSAT'11]
#include "core/internal.h"

#include <math.h>

double core_logn (uint64_t n) {
  return log10 ((double)n + 9);
}

void restart_init_reluctant (struct solver *s) {
  s->reluctant = (struct reluctant){.period = s->opts.reluctant_interval,
                                    .wait = s->opts.reluctant_interval,
                                    .u = 1,
                                    .v = 1,
                                    .max = s->opts.reluctant_max};
}

void restart_tick (struct solver *s) {
  struct reluctant *r = &s->reluctant;
  if (r->trigger || --r->wait)
    return;
  if ((r->u & -r->u) == r->v) {
    r->u++;
    r->v = 1;
  } else
    r->v *= 2;
  if (r->v >= r->max / r->period) {
    r->u = r->v = 1;
  }
  r->wait = r->v * r->period;
  r->trigger = true;
}

void restart_update_limit (struct solver *s) {
  uint64_t delta = s->opts.restart_interval;
  if (s->stats.restarts)
    delta += core_logn (s->stats.restarts) - 1;
  s->limits.restart = s->stats.conflicts + delta;
}

bool restarting (struct solver *s) {
  if (decision_level (s) <= s->assumptions.size)
    return false;
  if (s->stats.conflicts < s->limits.restart)
    return false;
  if (s->stable) {
    if (!s->reluctant.trigger)
      return false;
    s->reluctant.trigger = false;
    return true;
  }
  const struct averages *a = s->averages;
  const double margin = 1 + s->opts.restart_margin / 100.0;
  return margin * a->slow_glue.value <= a->fast_glue.value;
}

// Levels whose decision would come before the next one anyway.
static unsigned reusable (struct solver *s) {
  if (!s->opts.reuse_trail)
    return s->assumptions.size;
  const unsigned next = decide_next (s);
  unsigned res = s->assumptions.size;
  for (; res < decision_level (s); res++) {
    const unsigned idx = IDX (s->levels.data[res].decision);
    if (s->stable ? s->heap.score[idx] <= s->heap.score[next]
                  : s->queue.links[idx].stamp <= s->queue.links[next].stamp)
      break;
  }
  s->stats.reused_levels += res;
  return res;
}

void restart (struct solver *s) {
  s->stats.restarts++;
  update_target_and_best (s, false);
  backtrack (s, import_pending (s) ? 0 : reusable (s));
  if (!s->stable)
    restart_update_limit (s);
}
