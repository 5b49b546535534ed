// What the techniques of this layer share: their state, schedule and helpers.
#ifndef SIMP_INTERNAL_H
#define SIMP_INTERNAL_H

#include "core/solver.h"
#include "simp/reconstruct.h"
#include "simp/simp.h"

// Runs of a technique that did nothing make it skip the next runs, one more
// each time; a successful one halves the number.
struct delay {
  unsigned skip; // runs still to skip
  unsigned current;
};

bool delaying (struct delay *); // counts down
void delay_update (struct delay *, bool success);

struct simp {
  struct simp_options opts;
  struct simp_stats stats;
  struct reconstruct reconstruct;

  // schedule.c
  uint64_t reference; // search ticks that the efforts of this call refer to
  uint64_t last_probe,
      last_eliminate; // search ticks at the end of the last call
  bool initialized;

  // eliminate.c
  unsigned eliminate_bound;
  bool eliminate_complete; // nothing left to do at the largest bound
  uint64_t eliminate_removed, eliminate_added; // see 'eliminating'

  struct {
    struct delay subsume, backbone, vivify, substitute, transitive;
  } delays;
};

// Ticks (cache lines touched) that a technique may spend in the present call.
//
//   effort     per mille
uint64_t simp_budget (const struct solver *s, int64_t effort);

// Every technique: called at level 0, propagated, watches attached, not unsat;
// leaves the same unless it returns false.
//
//   returns    !s->unsat
bool simp_eliminate (struct solver *s);
bool simp_fastelim (struct solver *s);
bool simp_subsume (struct solver *s);
bool simp_vivify (struct solver *s);
bool simp_probe (struct solver *s); // failed literals
bool simp_backbone (struct solver *s);
bool simp_substitute (struct solver *s);
bool simp_transitive (struct solver *s);

#endif
