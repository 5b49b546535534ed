// Where an engine's proof events go.  The engine calls the sink for every
// derived clause in the order of derivation; a null sink means no proof.
#ifndef PROOF_PROOF_H
#define PROOF_PROOF_H

#include <assert.h>
#include <stdint.h>

// Receives one derived clause.
//
//   id         unique over all lanes (see proof_next_id); above all its hints
//   lits, n    borrowed; DIMACS literals; n == 0 is the empty clause
//   hints      borrowed; ids in unit propagation order, the last one is the
//              clause that becomes false (LRAT, [CruzFilipeEtAl-CADE'17])
//   context    the engine's thread
struct proof_sink {
  void *state;
  void (*add) (void *state, uint64_t id, const int *lits, unsigned n,
               const uint64_t *hints, unsigned num_hints);
  // A clause about a new variable that does not follow: whatever clause has the
  // negation of lits[0], its resolvent with this one is a tautology, so that a
  // model stays one when it makes lits[0] true (docs/proof.md, "Definitions").
  //
  //   lits       lits[0] is of a variable that no other lane and no clause
  //              before the definition knows
  //   candidates borrowed; ids, ascending, of the clauses that the engine has
  //              with the negation of lits[0]
  //   context    as above; may be null: then the engine defines nothing
  void (*define) (void *state, uint64_t id, const int *lits, unsigned n,
                  const uint64_t *candidates, unsigned num_candidates);
  // A clause the engine has no further use for.  The partial files ignore it
  // (deletions are recomputed after pruning); an online checker frees memory.
  void (*remove) (void *state, uint64_t id); // may be null
};

// Ids are a Lamport clock: lane l of L draws ids congruent l modulo L, each the
// smallest above everything the lane has seen.  Originals are 1..m.
struct proof_clock {
  uint64_t seen;         // largest id seen: originals, own, imported
  uint64_t lane, stride; // l and L; 0 <= l < L
};

static inline uint64_t proof_next_id (struct proof_clock *clock) {
  assert (clock->lane < clock->stride);
  const uint64_t above = clock->seen + 1;
  const uint64_t off = above % clock->stride;
  const uint64_t id =
      above + (clock->lane >= off ? clock->lane - off
                                  : clock->lane + clock->stride - off);
  assert (id > clock->seen && id % clock->stride == clock->lane);
  return clock->seen = id;
}

// Called with the largest id of a sharing round before anything of that round
// is used, so that foreign hints always lie in an earlier round
// (docs/proof.md).
static inline void proof_see_id (struct proof_clock *clock, uint64_t id) {
  if (clock->seen < id)
    clock->seen = id;
}

#endif
