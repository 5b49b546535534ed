// mode.c - alternate between focused and stable search.
// Idea     the first focused phase lasts a fixed number of conflicts; each
//          stable phase then gets the ticks the focused phase before it took
// Source   [Oh-SAT'15], [BiereFleury-POS'20]; ticks [BiereEtAl-SC'20]
#include "core/internal.h"

#include <math.h>

void random_burst_start (struct solver *s) {
  if (!s->opts.random_decisions)
    return;
  const uint64_t count = ++s->random_bursts;
  s->random_left = s->opts.random_length * core_logn (count);
  s->limits.random =
      s->stats.conflicts + s->opts.random_interval * core_logn (count);
}

void mode_init (struct solver *s) {
  s->stable = s->opts.mode == 2;
  averages_init (s, s->stable);
  if (s->stable) {
    restart_init_reluctant (s);
    heap_fill (s);
  } else
    restart_update_limit (s);
  queue_reset_search (s);
  if (s->opts.mode != 1)
    return;
  s->limits.mode_conflicts = s->stats.conflicts + s->opts.mode_init;
  s->mode_start_ticks = s->stats.search_ticks;
}

bool mode_switching (struct solver *s) {
  if (s->opts.mode != 1)
    return false;
  return s->stable ? s->stats.search_ticks >= s->limits.mode_ticks
                   : s->stats.conflicts >= s->limits.mode_conflicts;
}

static void enter_stable (struct solver *s, uint64_t ticks) {
  s->limits.mode_ticks = s->stats.search_ticks + ticks;
  restart_init_reluctant (s);
  heap_fill (s);
}

static void enter_focused (struct solver *s) {
  const uint64_t count = (s->stats.mode_switches + 1) / 2;
  const double scaled = s->opts.mode_init * count * pow (core_logn (count), 4);
  s->limits.mode_conflicts = s->stats.conflicts + scaled;
  restart_update_limit (s);
  queue_reset_search (s);
}

void mode_switch (struct solver *s) {
  const uint64_t ticks = s->stats.search_ticks - s->mode_start_ticks;
  backtrack (s, 0);
  s->stats.mode_switches++;
  s->stable = !s->stable;
  averages_init (s, s->stable);
  if (s->stable)
    enter_stable (s, ticks);
  else
    enter_focused (s);
  s->mode_start_ticks = s->stats.search_ticks;
  s->averages[s->stable].saved_decisions = s->stats.decisions;
  random_burst_start (s);
}
