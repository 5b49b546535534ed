// definition.c - gates of any form, found by the small solver.
// Idea     the clauses of a variable without its two literals are unsatisfiable
//          together exactly if the others define the variable; the core is a
//          gate, and a core from one side only makes the variable a unit
// Source   [FleuryBiere-SAT'21]
// Differs  the core shrinks once, by solving it again in opposite order;
//          clauses with assigned literals are left out, as of other gates
// Budget   definition_ticks for one candidate, within that of elimination
// Needs    the antecedents of both sides
// Proof    nothing for a gate; a unit by the lemmas of the core with its
//          literal added, which are forgotten afterwards
// Read     definition_find: add_side, shrink, use_core
// Example  (-x a b) (-x a c) (-x b c) (x -a -b) (x -a -c) (x -b -c): what is
//          left without x is unsatisfiable and needs all six, x is the majority
//          of a, b and c.  (x a b) (x -a b) (x -b): the unit x
#include "simp/eliminate.h"
#include "simp/mini.h"

struct place { // of an antecedent
  int side;
  uint32_t index;
};

typedef VEC (struct place) places;

struct definition {
  struct eliminator *e;
  places sources; // by number in the small solver
  ids lines;      // likewise
};

static struct antecedent *antecedent (const struct definition *d,
                                      struct place place) {
  return d->e->sides[place.side].data + place.index;
}

static bool unassigned (const struct solver *s, const ilit *lits, unsigned n) {
  for (unsigned i = 0; i != n; i++)
    if (s->values[lits[i]])
      return false;
  return true;
}

static void add (struct definition *d, struct place place) {
  struct eliminator *e = d->e;
  ilit two[2];
  unsigned n;
  const struct antecedent *a = antecedent (d, place);
  const ilit *lits = antecedent_lits (e, place.side, a, two, &n);
  vec_clear (&e->lits);
  for (unsigned i = 0; i != n; i++)
    if (lits[i] != side_lit (e, place.side))
      vec_push (&e->lits, lits[i]);
  e->ticks += 1 + clause_ticks (n);
  mini_add (e->mini, e->lits.data, e->lits.size);
  vec_push (&d->sources, place);
}

static void add_side (struct definition *d, int side) {
  const struct eliminator *e = d->e;
  for_vec (struct antecedent, a, e->sides + side) {
    ilit two[2];
    unsigned n;
    const ilit *lits = antecedent_lits (e, side, a, two, &n);
    if (unassigned (e->s, lits, n))
      add (d, (struct place){side, a - e->sides[side].data});
  }
}

// Starts again with the clauses of the core, last one first.
static void shrink (struct definition *d) {
  struct mini *mini = d->e->mini;
  places old = {0};
  const struct mini_core core = mini_core (mini, mini_final (mini));
  for (unsigned i = core.size; i--;)
    if (core.numbers[i] < d->sources.size)
      vec_push (&old, d->sources.data[core.numbers[i]]);
  mini_clear (mini);
  vec_clear (&d->sources);
  for_vec (struct place, place, &old)
    add (d, *place);
  vec_fini (&old);
}

static bool solve (struct definition *d) {
  struct eliminator *e = d->e;
  const uint64_t before = mini_ticks (e->mini);
  const int res = mini_solve (e->mini, e->simp->opts.definition_ticks);
  e->ticks += mini_ticks (e->mini) - before;
  return res == 20;
}

// Marks the antecedents in the core.
//
//   returns    the sides it uses: bits 0 and 1
static unsigned mark_core (struct definition *d, struct mini_core core) {
  unsigned sides = 0;
  for (unsigned i = 0; i != core.size; i++) {
    if (core.numbers[i] >= d->sources.size)
      break;
    const struct place place = d->sources.data[core.numbers[i]];
    antecedent (d, place)->gate = true;
    sides |= 1u << place.side;
  }
  return sides;
}

static void unmark_core (struct definition *d) {
  for_vec (struct place, place, &d->sources)
    antecedent (d, *place)->gate = false;
}

// The line with the unit's literal added; the last one is that literal alone.
static void derive_line (struct definition *d, uint32_t number, ilit unit) {
  struct eliminator *e = d->e;
  struct solver *s = e->s;
  const struct mini_line line = mini_line (e->mini, number);
  vec_clear (&e->lits);
  for (unsigned i = 0; i != line.size; i++)
    vec_push (&e->lits, line.lits[i]);
  vec_push (&e->lits, unit);
  for (unsigned i = 0; i != line.num_hints; i++)
    chain_push (s, d->lines.data[line.hints[i]]);
  if (line.size)
    d->lines.data[number] = derive (s, e->lits.data, e->lits.size);
  else
    learn_unit (s, unit);
}

// All clauses of the core have 'unit' in the formula.
static void learn (struct definition *d, struct mini_core core, ilit unit) {
  struct solver *s = d->e->s;
  d->e->simp->stats.definition_units++;
  if (!s->proving) {
    learn_unit (s, unit);
    return;
  }
  const uint32_t first = d->sources.size;
  vec_resize (&d->lines, core.numbers[core.size - 1] + 1);
  for (unsigned i = 0; i != core.size; i++) {
    const uint32_t number = core.numbers[i];
    if (number < first)
      d->lines.data[number] =
          ref_id (s, antecedent (d, d->sources.data[number])->ref);
    else
      derive_line (d, number, unit);
  }
  for (unsigned i = 0; i + 1 < core.size; i++)
    if (core.numbers[i] >= first)
      derive_forget (s, d->lines.data[core.numbers[i]]);
}

static bool use_core (struct definition *d) {
  struct eliminator *e = d->e;
  const struct mini_core core = mini_core (e->mini, mini_final (e->mini));
  const unsigned sides = mark_core (d, core);
  if (sides == 3) {
    e->simp->stats.gates_definition++;
    return true;
  }
  unmark_core (d);
  learn (d, core, side_lit (e, sides == 2));
  return false;
}

bool definition_find (struct eliminator *e) {
  struct solver *s = e->s;
  struct definition d = {.e = e};
  if (!e->mini)
    e->mini = mini_new (rng_next64 (&s->rng));
  e->simp->stats.definitions_tried++;
  for (int side = 0; side != 2; side++)
    add_side (&d, side);
  bool found = solve (&d);
  if (found) {
    shrink (&d);
    found = solve (&d) && use_core (&d);
  }
  mini_clear (e->mini);
  vec_fini (&d.sources);
  vec_fini (&d.lines);
  return found;
}
