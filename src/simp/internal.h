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
  uint64_t next_probe, next_eliminate; // conflicts
  uint64_t last_probe, last_eliminate; // search ticks after the last call

  ilits clause; // scratch of reconstruct.c, subsume.c and factor.c

  // eliminate.c
  unsigned eliminate_bound;

  // vivify.c, congruence.c, probe.c, backbone.c, transitive.c
  struct delay vivify_irredundant, congruence;
  VEC (uint32_t) probed; // by literal: fixed variables + 1 when last probed
  unsigned probe_next, backbone_next, transitive_next; // variable to go on with

  // sweep.c
  struct delay sweep;
  unsigned sweep_next; // variable to go on with
};

// Ticks (cache lines touched) that a technique may spend in the present call.
//
//   effort     per mille
uint64_t simp_budget (const struct solver *s, int64_t effort);

// The hooks of 'simp_calls' (schedule.c).
bool schedule_due (struct solver *s);
void schedule_run (struct solver *s);
void schedule_preprocess (struct solver *s);

// Every technique: called at level 0, propagated, watches attached, not unsat;
// leaves the same unless it returns false.
//
//   returns    !s->unsat
bool simp_eliminate (struct solver *s);
bool simp_fastelim (struct solver *s);
bool simp_vivify (struct solver *s);
bool simp_probe (struct solver *s); // failed literals
bool simp_backbone (struct solver *s);
bool simp_substitute (struct solver *s);
bool simp_transitive (struct solver *s);
bool simp_sweep (struct solver *s);
bool simp_congruence (struct solver *s);
bool simp_factor (struct solver *s);

// Forward subsumption over the clauses touched since the last call.
//
//   learned    also try to subsume learned clauses likely to be kept
//   context    occurrence mode without large clauses in the lists; units found
//              are not propagated
//   returns    !s->unsat
bool subsume_round (struct solver *s, bool learned);
#define NO_LARGE 2 // for 'watches_to_occs'

// --------------------------------------- binary implications (implied.c)

// Literals that follow from a root, parents before children: a tree.  The
// literals reached have IMPLIED set in 's->marks' until 'implied_shrink'.
enum { IMPLIED = 1 };

struct implied {
  ilit lit;
  uint32_t parent; // index; UINT32_MAX for a root
  ref slot;        // of the clause (not parent, lit)
};

struct implied_tree {
  VEC (struct implied) nodes;
  size_t next; // first node whose successors were not visited
  uint64_t ticks;
};

// A binary clause that both contradicts and follows: 'lit' of node 'from'
// implies the negation of node 'to' by 'slot'.
struct implied_clash {
  uint32_t from, to;
  ref slot;
};

// Moves the binary watches before the others in every list.
void binaries_first (struct solver *s);

// Keeps one of equal binary clauses; learns 'lit' from (lit, x) and (lit, -x).
// Needs 'binaries_first'.
//
//   returns    !s->unsat, everything propagated
bool binaries_dedup (struct solver *s);

// Removes the binary clauses over substituted variables.
void binaries_remove_substituted (struct solver *s);

void implied_root (struct solver *s, struct implied_tree *t, ilit lit);
// Adds all literals implied by binary clauses, breadth first.  Needs
// 'binaries_first'.
//
//   returns    false on a clash
bool implied_close (struct solver *s, struct implied_tree *t,
                    struct implied_clash *clash);
// Forgets the nodes from 'size' on.
void implied_shrink (struct solver *s, struct implied_tree *t, size_t size);
void implied_fini (struct implied_tree *t); // must have been shrunk to 0

// The clash's deepest node that both sides come from; UINT32_MAX if none.
uint32_t implied_dominator (const struct implied_tree *t,
                            const struct implied_clash *clash);
// Learns that the dominator's literal is false.
void implied_learn (struct solver *s, const struct implied_tree *t,
                    const struct implied_clash *clash, uint32_t dominator);

#endif
