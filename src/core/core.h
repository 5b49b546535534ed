// The CDCL engine as its users see it: one solver, no threads, no globals.
//
// Everything outside the engine is reached through 'core_hooks'.  Literals at
// this border are DIMACS literals; inside they are 2 * index + sign.
#ifndef CORE_CORE_H
#define CORE_CORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/options.h"
#include "proof/proof.h"

struct solver;

struct core_options {
#define OPT(...) OPTION_FIELD (__VA_ARGS__)
#include "core/options.def"
#undef OPT
};

// Table over 'options' for parsing and help; returned by value.
struct option_table core_option_table (struct core_options *options);

struct core_stats {
#define STAT(NAME, UNIT, FOLD) uint64_t NAME;
#include "core/stats.def"
#undef STAT
};

// A clause from another engine, in DIMACS literals.
struct core_import {
  const int *lits; // borrowed until the next call
  unsigned size;
  unsigned glue;
  uint64_t id; // its proof id; 0 without proof
};

struct core_hooks {
  void *state;
  // Communicator sets, engine polls at least every few milliseconds, relaxed.
  const _Atomic bool *stop;
  // ipasir_set_terminate; polled about as often.  May be null.
  bool (*terminate) (void *state);
  // Every learned clause (units included) with its glue.  May be null.
  void (*learned) (void *state, const int *lits, unsigned n, unsigned glue,
                   uint64_t id);
  // Next clause of the other engines, or false.  Called at decision level 0.
  // 'max_id' is to be raised to the round's largest id.  May be null.
  bool (*import) (void *state, struct core_import *clause, uint64_t *max_id);
  // Quick test whether 'import' has something.  Required with 'import'.
  bool (*importing) (void *state);
};

// Returns owned.  'hooks' and 'options' are copied.  'sink' is borrowed and may
// be null (no proof); 'lane' of 'stride' is the engine's place in the proof.
struct solver *core_new (const struct core_options *options,
                         const struct core_hooks *hooks,
                         const struct proof_sink *sink, uint64_t lane,
                         uint64_t stride);
void core_free (struct solver *);

// Announces variables up to 'max_var' (optional, saves reallocation) and the
// number of original clauses, whose ids are 1..num_clauses in order of adding.
void core_reserve (struct solver *, int max_var, uint64_t num_clauses);

// Adds one original clause; duplicates and tautologies are fine.
void core_add (struct solver *, const int *lits, unsigned n);

// Assumptions hold for the next 'core_solve' only.
void core_assume (struct solver *, int elit);

// returns    10 satisfiable, 20 unsatisfiable, 0 stopped
int core_solve (struct solver *);

// Value after 10: elit if true, -elit if false.
int core_val (const struct solver *, int elit);
// After 20: whether the assumption 'elit' was used.
bool core_failed (struct solver *, int elit);

// Id of the empty clause after 20 without assumptions; 0 without proof.
uint64_t core_empty_id (const struct solver *);

void core_set_hooks (struct solver *, const struct core_hooks *);

// Limits relative to now; 0 means none.  The solver answers 0 when hit.
void core_limit_conflicts (struct solver *, uint64_t conflicts);

// Statistics as of now; other threads read 'core_live_stats' instead.
void core_get_stats (const struct solver *, struct core_stats *);

// A few counters refreshed about every thousand conflicts, readable from any
// thread while the engine runs (engine writes, others read, relaxed).
struct core_live {
  _Atomic uint64_t conflicts, propagations, ticks, active, fixed, redundant,
      irredundant, bytes;
};
const struct core_live *core_live_stats (const struct solver *);

#endif
