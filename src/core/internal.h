// What crosses files inside core and is nobody else's business.
#ifndef CORE_INTERNAL_H
#define CORE_INTERNAL_H

#include "core/solver.h"

// analyze.c: learns from 's->conflict', backtracks and assigns the driving
// literal; sets 'unsat' at level 0.
void analyze (struct solver *s);
// Collects in 'failed' the assumptions that imply the false assumption 'lit'.
void analyze_assumption (struct solver *s, ilit lit);

// minimize.c: both need 's->clause' sorted by level, highest first.
void minimize_clause (struct solver *s);
void shrink_clause (struct solver *s);
void minimize_reset (struct solver *s);

// bump.c
void bump_analyzed (struct solver *s);

// ema.c
void averages_init (struct solver *s, bool stable);
void ema_update (struct ema *ema, double value);

// decide.c
unsigned decide_next (struct solver *s); // unassigned active variable
ilit decide_phase (struct solver *s, unsigned idx);
void decide (struct solver *s); // free decision
void queue_enqueue (struct solver *s, unsigned idx);
void queue_dequeue (struct solver *s, unsigned idx);
void queue_reset_search (struct solver *s);
void heap_remove (struct solver *s, unsigned idx);
void heap_rescale (struct solver *s);
void heap_fill (struct solver *s); // every active variable

// restart.c
bool restarting (struct solver *s);
void restart (struct solver *s);
void restart_tick (struct solver *s); // one stable conflict
void restart_init_reluctant (struct solver *s);
void restart_update_limit (struct solver *s);

// mode.c
void mode_init (struct solver *s);
bool mode_switching (struct solver *s);
void mode_switch (struct solver *s);
void random_burst_start (struct solver *s);

// reduce.c
bool reducing (struct solver *s);
void reduce (struct solver *s);
void update_tiers (struct solver *s);

// rephase.c
bool rephasing (struct solver *s);
void rephase (struct solver *s);
void update_target_and_best (struct solver *s, bool conflict);
void phases_init (struct solver *s, unsigned idx);

// reorder.c
bool reordering (struct solver *s);
void reorder (struct solver *s);

// walk.c: the second one walks before preprocessing if the formula calls for
// it. True if the saved phases satisfy all clauses.
bool walk (struct solver *s);
bool walk_uniform (struct solver *s);

// lucky.c: true if the assignment on the trail satisfies all clauses.
bool lucky (struct solver *s);

// import.c
bool import_pending (struct solver *s);
void import (struct solver *s); // at level 0; may set 'unsat'

// search.c
int search (struct solver *s);

// solver.c
ilit solver_import_lit (struct solver *s, int elit); // creates the variable
void solver_publish (struct solver *s);              // refreshes 'live'
void solver_fit_vars (struct solver *s); // gives back room for more variables

#endif
