// gates.c - clauses that define the candidate variable by other variables.
// Idea     with x defined by a gate, resolvents of two gate clauses are
//          tautologies and resolvents of two others follow from the rest: only
//          gate clauses against other clauses have to be resolved
// Source   [EenBiere-SAT'05]; the choice of gates as in CaDiCaL
// Differs  clauses with assigned literals are never part of a gate
// Budget   compact copies of the short clauses, products capped
// Needs    the antecedents of both sides
// Proof    nothing: it only leaves resolvents out
// Read     gates_find; find_and, find_ite, find_xor, each by itself
// Example  (-x a) (-x b) (x -a -b) (x c): the first three are x = a AND b, so
//          only (a c) and (b c) are to be resolved
#include "simp/eliminate.h"

#define MAX_PRODUCT 10000u // of ternary clauses compared for if-then-else
#define MAX_XOR_OCCS 100u  // of variables tried as output of an XOR
#define MAX_XOR_BASES 8u   // clauses tried as one line of the table

// ------------------------------------------------------- equivalence and AND

static void mark_binaries (struct eliminator *e, int side, uint8_t value) {
  for_vec (struct antecedent, a, e->sides + side) {
    if ((a->ref & BINARY_BIT) && !e->s->values[a->other])
      e->s->marks[a->other] = value;
  }
}

// With (-x a) for all 'a' marked: (x -a1 ... -an) completes the gate.
static bool complete_and (struct eliminator *e, int side,
                          const struct antecedent *base) {
  const struct solver *s = e->s;
  ilit two[2];
  unsigned size;
  const ilit *lits = antecedent_lits (e, side, base, two, &size);
  e->ticks += clause_ticks (size);
  for (unsigned i = 0; i != size; i++)
    if (lits[i] != side_lit (e, side) && !s->marks[NOT (lits[i])])
      return false;
  return true;
}

// Marks one binary clause for each input.
static void take_inputs (struct eliminator *e, int side,
                         struct antecedent *base) {
  struct solver *s = e->s;
  ilit two[2];
  unsigned size;
  const ilit *lits = antecedent_lits (e, side, base, two, &size);
  base->gate = true;
  for (unsigned i = 0; i != size; i++)
    if (lits[i] != side_lit (e, side))
      s->marks[NOT (lits[i])] = 2;
  for_vec (struct antecedent, a, e->sides + !side) {
    if (!(a->ref & BINARY_BIT) || s->marks[a->other] != 2)
      continue;
    a->gate = true;
    s->marks[a->other] = 1;
  }
}

static bool find_and (struct eliminator *e, int side, bool equivalence) {
  mark_binaries (e, !side, 1);
  bool found = false;
  for_vec (struct antecedent, a, e->sides + side) {
    if (((a->ref & BINARY_BIT) != 0) != equivalence ||
        !complete_and (e, side, a))
      continue;
    take_inputs (e, side, a);
    found = true;
    break;
  }
  mark_binaries (e, !side, 0);
  return found;
}

// ---------------------------------------------------------- if-then-else

struct ternary {
  ilit a, b;      // without the candidate
  uint32_t index; // into the side
};

typedef VEC (struct ternary) ternaries;

// x = (c ? t : e): the clauses (-x -c t) and (x -c -t) are one half.
struct half {
  ilit not_cond;
  uint32_t pos, neg; // indices into side 0 and 1
};

typedef VEC (struct half) halves;

static void gather_ternaries (struct eliminator *e, int side, ternaries *to) {
  const struct solver *s = e->s;
  const ilit pivot = side_lit (e, side);
  for_vec (struct antecedent, a, e->sides + side) {
    if ((a->ref & BINARY_BIT) || clause_at (s, a->ref)->size != 3)
      continue;
    const ilit *l = clause_at (s, a->ref)->lits;
    if (s->values[l[0]] || s->values[l[1]] || s->values[l[2]])
      continue;
    const uint32_t index = a - e->sides[side].data;
    const ilit first = l[0] == pivot ? l[1] : l[0];
    const struct ternary t = {first, l[0] ^ l[1] ^ l[2] ^ pivot ^ first, index};
    vec_push (to, t);
  }
}

static void match_halves (const struct ternary *pos, const struct ternary *neg,
                          halves *to) {
  ilit not_cond;
  if ((pos->a == neg->a && pos->b == NOT (neg->b)) ||
      (pos->a == neg->b && pos->b == NOT (neg->a)))
    not_cond = pos->a;
  else if ((pos->b == neg->a && pos->a == NOT (neg->b)) ||
           (pos->b == neg->b && pos->a == NOT (neg->a)))
    not_cond = pos->b;
  else
    return;
  const struct half h = {not_cond, pos->index, neg->index};
  vec_push (to, h);
}

static const struct half *other_half (const halves *all,
                                      const struct half *one) {
  for_vec (const struct half, h, all) {
    if (h < one && h->not_cond == NOT (one->not_cond))
      return h;
  }
  return NULL;
}

static void take_half (struct eliminator *e, const struct half *h) {
  e->sides[0].data[h->pos].gate = true;
  e->sides[1].data[h->neg].gate = true;
}

static bool pair_halves (struct eliminator *e, const halves *all) {
  for_vec (const struct half, h, all) {
    const struct half *other = other_half (all, h);
    if (!other)
      continue;
    take_half (e, h);
    take_half (e, other);
    return true;
  }
  return false;
}

static bool find_ite (struct eliminator *e) {
  ternaries sides[2] = {{0}, {0}};
  halves all = {0};
  for (int side = 0; side != 2; side++)
    gather_ternaries (e, side, sides + side);
  const uint64_t product = (uint64_t)sides[0].size * sides[1].size;
  bool found = false;
  if (product && product <= MAX_PRODUCT) {
    e->ticks += 1 + product / 8;
    for_vec (struct ternary, pos, sides + 0) {
      for_vec (struct ternary, neg, sides + 1)
        match_halves (pos, neg, &all);
    }
    if (all.size * all.size <= MAX_PRODUCT)
      found = pair_halves (e, &all);
  }
  vec_fini (sides + 0);
  vec_fini (sides + 1);
  vec_fini (&all);
  return found;
}

// -------------------------------------------------------------------- XOR

// Which line of the base's truth table a clause over the same variables is: bit
// i set if the literal at place i is negated.  Marks hold the places: i + 1 for
// the base's literal and SIGN_MARK more for its negation.
#define SIGN_MARK 128u
#define NO_LINE UINT32_MAX

static unsigned table_line (struct eliminator *e, const struct clause *c,
                            unsigned size) {
  unsigned line = 0;
  for (unsigned i = 0; i != size; i++) {
    const unsigned m = e->s->marks[c->lits[i]];
    if (!m)
      return NO_LINE;
    if (m & SIGN_MARK)
      line |= 1u << ((m & ~SIGN_MARK) - 1);
  }
  return line;
}

static const struct clause *sized (const struct eliminator *e,
                                   const struct antecedent *a, unsigned size) {
  if (a->ref & BINARY_BIT)
    return NULL;
  const struct clause *c = clause_at (e->s, a->ref);
  return c->size == size ? c : NULL;
}

// Collects the first clause of each even line; true if all are there.
static bool fill_table (struct eliminator *e, unsigned size,
                        struct antecedent **table) {
  unsigned missing = 1u << (size - 1);
  for (int side = 0; side != 2; side++)
    for_vec (struct antecedent, a, e->sides + side) {
      const struct clause *c = sized (e, a, size);
      if (!c)
        continue;
      e->ticks++;
      const unsigned line = table_line (e, c, size);
      if (line == NO_LINE || __builtin_parity (line) || table[line])
        continue;
      table[line] = a;
      missing--;
    }
  return !missing;
}

static void mark_places (struct eliminator *e, const struct clause *c,
                         bool set) {
  for (unsigned i = 0; i != c->size; i++) {
    e->s->marks[c->lits[i]] = set ? i + 1 : 0;
    e->s->marks[NOT (c->lits[i])] = set ? SIGN_MARK + i + 1 : 0;
  }
}

#define MAX_XOR_SIZE 9

static bool try_xor (struct eliminator *e, const struct clause *c) {
  struct antecedent *table[1u << MAX_XOR_SIZE];
  memset (table, 0, sizeof *table << c->size);
  mark_places (e, c, true);
  const bool found = fill_table (e, c->size, table);
  mark_places (e, c, false);
  for (unsigned line = 0; found && line != 1u << c->size; line++)
    if (table[line])
      table[line]->gate = true;
  return found;
}

static bool all_unassigned (const struct solver *s, const struct clause *c) {
  ilit lit;
  for_lits (lit, c)
    if (s->values[lit])
      return false;
  return true;
}

static bool find_xor (struct eliminator *e) {
  const unsigned max_size = e->simp->opts.gate_xor_arity + 1;
  const size_t occs = e->sides[0].size + e->sides[1].size;
  if (occs > MAX_XOR_OCCS)
    return false;
  unsigned tried = 0;
  for_vec (struct antecedent, a, e->sides + 0) {
    if (a->ref & BINARY_BIT)
      continue;
    const struct clause *c = clause_at (e->s, a->ref);
    if (c->size > max_size || occs < 1u << (c->size - 1) ||
        !all_unassigned (e->s, c))
      continue;
    if (try_xor (e, c))
      return true;
    if (++tried == MAX_XOR_BASES)
      break;
  }
  return false;
}

static bool count (uint64_t *counter) {
  ++*counter;
  return true;
}

bool gates_find (struct eliminator *e) {
  struct simp_stats *stats = &e->simp->stats;
  if (find_and (e, 0, true))
    return count (&stats->gates_equivalence);
  if (find_and (e, 0, false) || find_and (e, 1, false))
    return count (&stats->gates_and);
  if (find_ite (e))
    return count (&stats->gates_ite);
  if (find_xor (e))
    return count (&stats->gates_xor);
  return false;
}
