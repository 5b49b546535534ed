// eliminate.c - bounded variable elimination.
// Idea     replace all clauses with a variable by their resolvents if that does
//          not add more than 'bound' clauses; the bound grows when all
//          candidates were tried
// Source   [EenBiere-SAT'05]; growing bound [BiereFallerFazekasEtAl-SC'24]
// Differs  resolvents are formed twice rather than stored; antecedents are
//          strengthened and resolvents subsume as they come
// Budget   eliminate_effort per mille of search ticks since the last call
// Needs    level 0, watches attached; leaves both so
// Proof    resolvents by their antecedents.  Removing the clauses is no step:
//          what was learned or imported stays implied, since elimination only
//          projects the formula to the remaining variables
// Read     simp_eliminate, eliminate_round, eliminate_variable; then resolve.c
//          for the resolvents and occurrences.c for the lists
// Example  (x a b) (x c) (-x -a) (-x d) become (a b d) (-a c) (c d); the fourth
//          resolvent is a tautology
#include "simp/eliminate.h"
#include "simp/mini.h"

static void init (struct eliminator *e, struct solver *s) {
  memset (e, 0, sizeof *e);
  e->s = s;
  e->simp = s->simp;
  e->pivot = INVALID_LIT;
  e->max_size = e->simp->opts.eliminate_size;
  e->max_occs = e->simp->opts.eliminate_occs;
  e->bound = e->simp->eliminate_bound;
  e->budget = simp_budget (s, e->simp->opts.eliminate_effort);
  e->occs = mem_calloc (2 * (size_t)s->vars + 1, sizeof *e->occs);
  e->propagated = s->trail_size;
  order_init (&e->order, s->vars);
}

static void fini (struct eliminator *e) {
  e->simp->stats.eliminate_ticks += e->ticks;
  e->simp->stats.simp_ticks += e->ticks;
  mem_free (e->occs);
  order_fini (&e->order);
  for (int side = 0; side != 2; side++)
    vec_fini (e->sides + side);
  vec_fini (&e->pairs);
  vec_fini (&e->binaries);
  vec_fini (&e->large);
  vec_fini (&e->lits);
  if (e->mini)
    mini_free (e->mini);
}

static bool satisfied (const struct solver *s, const ilit *lits, unsigned n) {
  for (unsigned i = 0; i != n; i++)
    if (s->values[lits[i]] > 0)
      return true;
  return false;
}

// No clause with the candidate any more.
static bool gone (const struct eliminator *e, const struct antecedent *a) {
  return a->dead ||
         (!(a->ref & BINARY_BIT) && clause_at (e->s, a->ref)->garbage);
}

static void weaken (struct eliminator *e, int side,
                    const struct antecedent *a) {
  struct solver *s = e->s;
  ilit two[2];
  unsigned size;
  const ilit *lits = antecedent_lits (e, side, a, two, &size);
  if (!satisfied (s, lits, size))
    reconstruct_push (s, side_lit (e, side), lits, size, ref_id (s, a->ref));
}

// The side with fewer clauses is enough to find a value; to get the formula
// back takes both.
static void weaken_sides (struct eliminator *e) {
  const int first = e->sides[0].size > e->sides[1].size;
  const bool both = e->simp->opts.incremental;
  for (int i = 0; i != 1 + both; i++) {
    const int side = i ? !first : first;
    for_vec (struct antecedent, a, e->sides + side) {
      if (!gone (e, a))
        weaken (e, side, a);
    }
  }
  if (!both)
    reconstruct_default (e->s, side_lit (e, !first));
}

static void delete_side (struct eliminator *e, int side) {
  const ilit lit = side_lit (e, side);
  for_vec (struct antecedent, a, e->sides + side) {
    if (gone (e, a))
      continue;
    if (a->ref & BINARY_BIT)
      occurrences_delete_binary (e, lit, a->other, a->ref);
    else
      occurrences_delete (e, a->ref);
  }
}

// What the copied sides left out: binaries satisfied by a unit.
static void delete_rest (struct eliminator *e, int side) {
  struct solver *s = e->s;
  const ilit lit = side_lit (e, side);
  for (uint32_t i = s->watches[lit].size; i--;) {
    const struct watch w = watches_begin (s, lit)[i];
    if (!(w.ref & BINARY_BIT))
      continue;
    e->ticks += s->watches[w.blit].size / 8;
    binary_delete (s, lit, w.blit, w.ref);
  }
  watches_resize (s, lit, 0);
}

static void remove_variable (struct eliminator *e) {
  for (int side = 0; side != 2; side++)
    delete_side (e, side);
  for (int side = 0; side != 2; side++)
    delete_rest (e, side);
  var_deactivate (e->s, IDX (e->pivot), ELIMINATED);
  e->simp->stats.eliminated++;
  e->simp->stats.eliminated_gates += e->gates;
}

// Few enough occurrences for the limit on resolvents to matter.
static bool promising (const struct eliminator *e) {
  const size_t pos = e->sides[0].size, neg = e->sides[1].size;
  return !pos || !neg || pos + neg <= e->max_occs;
}

static void find_gate (struct eliminator *e) {
  e->gates = e->simp->opts.gates && gates_find (e);
  e->definition = !e->gates && e->define && definition_find (e);
  e->gates |= e->definition;
}

static bool bounded (struct eliminator *e) {
  const size_t pos = e->sides[0].size, neg = e->sides[1].size;
  if (!pos || !neg)
    return true;
  find_gate (e);
  return !e->s->values[e->pivot] && resolve_count (e, pos + neg + e->bound);
}

static void eliminate_variable (struct eliminator *e, unsigned idx) {
  struct solver *s = e->s;
  s->flags[idx].eliminate = false;
  e->simp->stats.eliminate_tried++;
  const bool small = resolve_gather (e, idx);
  e->ticks += 1 + (e->sides[0].size + e->sides[1].size) / 8;
  if (!small || !promising (e))
    return;
  if (bounded (e) && !s->unsat && !s->values[e->pivot]) {
    resolve_add (e);
    if (s->unsat || s->values[e->pivot])
      return;
    weaken_sides (e);
    remove_variable (e);
  }
}

// Strengthened antecedents make the variable cheaper: back into the queue.
static void requeue (struct eliminator *e, unsigned idx) {
  if (eliminate_candidate (e->s, idx) && !order_contains (&e->order, idx))
    order_push (&e->order, idx);
}

// One candidate after another.
//
//   returns    true if none is left
static bool eliminate_scheduled (struct eliminator *e) {
  struct solver *s = e->s;
  while (!s->unsat && !order_empty (&e->order)) {
    if (out_of_budget (e) || core_stopping (s))
      return false;
    const unsigned idx = order_pop (&e->order);
    if (!eliminate_candidate (s, idx))
      continue;
    eliminate_variable (e, idx);
    e->pivot = INVALID_LIT;
    if (occurrences_propagate (e) && backward_subsume (e))
      occurrences_propagate (e);
    if (!s->unsat)
      requeue (e, idx);
  }
  return true;
}

static void empty_order (struct eliminator *e) {
  while (!order_empty (&e->order))
    order_pop (&e->order);
}

// Subsumption, then elimination of all candidates.
//
//   returns    true if none is left
static bool eliminate_round (struct eliminator *e) {
  struct solver *s = e->s;
  e->propagated = s->trail_size;
  watches_to_occs (s, NO_LARGE);
  bool complete = subsume_round (s, e->learned);
  if (complete) {
    occurrences_connect (e);
    complete = occurrences_propagate (e);
  }
  if (complete) {
    occurrences_schedule (e);
    complete = eliminate_scheduled (e);
    empty_order (e);
  }
  return occs_to_watches (s) && complete;
}

// At most 'max_rounds' while variables go.
//
//   returns    true if no candidate is left
static bool eliminate_rounds (struct eliminator *e, int64_t max_rounds) {
  const uint64_t *eliminated = &e->simp->stats.eliminated;
  bool complete = true;
  for (int64_t round = 0; complete && round != max_rounds; round++) {
    const uint64_t before = *eliminated;
    complete = eliminate_round (e);
    if (before == *eliminated)
      break;
  }
  return complete;
}

static void try_all_again (struct solver *s) {
  for_vars (idx, s)
    s->flags[idx].eliminate = true;
}

static void raise_bound (struct solver *s) {
  struct simp *simp = s->simp;
  const unsigned max = simp->opts.eliminate_bound;
  if (simp->eliminate_bound >= max)
    return;
  const unsigned next = simp->eliminate_bound ? 2 * simp->eliminate_bound : 1;
  simp->eliminate_bound = next < max ? next : max;
  simp->stats.eliminate_bound = simp->eliminate_bound;
  try_all_again (s);
}

bool simp_eliminate (struct solver *s) {
  struct simp *simp = s->simp;
  struct eliminator e;
  init (&e, s);
  e.learned = simp->opts.subsume_learned;
  e.define = simp->opts.definitions;
  const bool complete = eliminate_rounds (&e, simp->opts.eliminate_rounds);
  fini (&e);
  if (complete && !s->unsat)
    raise_bound (s);
  return !s->unsat;
}

// The variables left are candidates again, for the larger limits.
bool simp_fastelim (struct solver *s) {
  struct simp *simp = s->simp;
  struct eliminator e;
  init (&e, s);
  e.bound = 0;
  if (e.max_occs > simp->opts.fastelim_occs)
    e.max_occs = simp->opts.fastelim_occs;
  eliminate_rounds (&e, simp->opts.fastelim_rounds);
  fini (&e);
  simp->stats.eliminated_fast = simp->stats.eliminated;
  if (!s->unsat)
    try_all_again (s);
  return !s->unsat;
}
