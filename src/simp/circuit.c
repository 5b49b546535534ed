// circuit.c - find the gates that the formula's clauses encode.
// Idea     AND: a clause and binary clauses from one of its literals against
//          all others; XOR: all clauses of one parity over the same variables;
//          if-then-else: a variable that equals one literal if a condition
//          holds and another one if it does not
// Source   [OstrowskiEtAl-CP'02]; [BiereFazekasFleuryFroleyks-SAT'24]
// Differs  clauses are grouped by a hash of their variables, not by occurrences
// Budget   linear, and n log n in the clauses of at most five literals that
//          share their variables with others
// Needs    binary watches before the others in every list, without duplicates
// Proof    nothing: a gate knows its clauses, from which entail.c derives
// Read     circuit_extract; find_ands, find_xors_and_ites, find_ites
// Example  (-x a) (-x b) (x -a -b): x = a AND b;
//          (-x a b) (x -a b) (x a -b) (-x -a -b): x = a XOR b, a = x XOR b, and
//          b = x XOR a
#include <stdlib.h>

#include "simp/congruence.h"

enum { MAX_XOR = 5, MAX_PAIRS = 64 };

static void add_gate (struct congruence *k, enum gate_kind kind, ilit lhs,
                      const ilit *inputs, unsigned n, uint32_t sources) {
  const struct gate g = {.lhs = lhs,
                         .kind = kind,
                         .size = n,
                         .begin = k->inputs.size,
                         .sources = sources};
  for (unsigned i = 0; i != n; i++) {
    vec_push (&k->inputs, inputs[i]);
    vec_push (&k->keys, inputs[i]);
  }
  vec_push (&k->gates, g);
}

// --------------------------------------------------------------------- AND

struct ands {
  uint8_t *num_binaries; // by literal, at most 255: fits a cache
  uint32_t *begin;       // by literal, of its part of 'clauses'
  ref *clauses;          // where the literal may be the output
  ref *slots;            // by literal: its clause with the present output
};

// Root-satisfied clauses are fine: what they encode still holds.
static bool usable (const struct clause *c) {
  return !c->garbage && !c->redundant;
}

static void count_binaries (const struct solver *s, struct ands *a) {
  for_ilits (lit, s)
    for_watches (w, s, lit) {
      if (!(w->ref & BINARY_BIT))
        break;
      a->num_binaries[lit] += a->num_binaries[lit] != UINT8_MAX;
    }
}

// Sorts the clauses by the literals that have enough binary clauses.
static void collect_outputs (struct solver *s, struct ands *a) {
  const size_t num_lits = 2 * (size_t)s->vars;
  ilit lit;
  for_clauses (c, s) {
    s->stats.ticks++;
    if (usable (c))
      for_lits (lit, c)
        a->begin[lit + 1] += a->num_binaries[NOT (lit)] + 1u >= c->size;
  }
  for (size_t i = 0; i != num_lits; i++)
    a->begin[i + 1] += a->begin[i];
  a->clauses = mem_alloc (((size_t)a->begin[num_lits] + 1) * sizeof (ref));
  for_clauses (c, s)
    if (usable (c))
      for_lits (lit, c)
        if (a->num_binaries[NOT (lit)] + 1u >= c->size)
          a->clauses[a->begin[lit]++] = clause_ref (s, c);
  for (size_t i = num_lits; i; i--)
    a->begin[i] = a->begin[i - 1];
  a->begin[0] = 0;
}

// Whether the binary clauses of NOT (lhs), which are marked, fit the clause.
static void match_and (struct solver *s, struct congruence *k,
                       const struct ands *a, ilit lhs, ref r) {
  const struct clause *c = clause_at (s, r);
  ilit lit;
  s->stats.ticks++;
  for_lits (lit, c)
    if (lit != lhs && !s->marks[NOT (lit)])
      return;
  const uint32_t sources = k->sources.size;
  vec_clear (&s->clause);
  for_lits (lit, c)
    if (lit != lhs) {
      vec_push (&s->clause, NOT (lit));
      if (s->proving)
        vec_push (&k->sources, a->slots[NOT (lit)]);
    }
  if (s->proving)
    vec_push (&k->sources, r);
  add_gate (k, GATE_AND, lhs, s->clause.data, s->clause.size, sources);
  s->simp->stats.congruence_ands++;
}

static void find_ands_of (struct solver *s, struct congruence *k,
                          const struct ands *a, ilit lhs) {
  if (a->begin[lhs] == a->begin[lhs + 1])
    return;
  const struct watch *const begin = watches_begin (s, NOT (lhs));
  const struct watch *end = begin, *const stop = watches_end (s, NOT (lhs));
  while (end != stop && (end->ref & BINARY_BIT))
    end++;
  for (const struct watch *w = begin; w != end; w++) {
    s->marks[w->blit] = 1;
    a->slots[w->blit] = w->ref;
  }
  for (uint32_t i = a->begin[lhs]; i != a->begin[lhs + 1]; i++)
    match_and (s, k, a, lhs, a->clauses[i]);
  for (const struct watch *w = begin; w != end; w++)
    s->marks[w->blit] = 0;
}

static void find_ands (struct solver *s, struct congruence *k) {
  const size_t num_lits = 2 * (size_t)s->vars;
  struct ands a = {0};
  a.num_binaries = mem_calloc (num_lits, sizeof *a.num_binaries);
  a.begin = mem_calloc (num_lits + 1, sizeof *a.begin);
  a.slots = mem_alloc (num_lits * sizeof *a.slots);
  count_binaries (s, &a);
  collect_outputs (s, &a);
  for_ilits (lit, s)
    find_ands_of (s, k, &a, lit);
  vec_clear (&s->clause);
  mem_free (a.num_binaries);
  mem_free (a.begin);
  mem_free (a.clauses);
  mem_free (a.slots);
}

// ------------------------------------------------- clauses by their variables

struct keyed {
  uint64_t hash; // of size and variables
  ref ref;
};

struct group { // clauses over the same variables
  unsigned vars[MAX_XOR];
  unsigned size;
  ref refs[1 << MAX_XOR]; // by signs; INVALID_REF: none
};

// 'cond' implies that the variable 'var' equals 'lit'.
struct conditional {
  uint32_t cond_var, var;
  ilit cond, lit;
  ref refs[2];
};

typedef VEC (struct keyed) keyed_vec;
typedef VEC (struct conditional) conditional_vec;

static void sorted_variables (const struct clause *c, unsigned *vars) {
  for (unsigned i = 0; i != c->size; i++) {
    unsigned j = i;
    for (; j && vars[j - 1] > IDX (c->lits[i]); j--)
      vars[j] = vars[j - 1];
    vars[j] = IDX (c->lits[i]);
  }
}

static uint64_t hash_variables (const struct clause *c) {
  unsigned vars[MAX_XOR];
  sorted_variables (c, vars);
  uint64_t hash = c->size;
  for (unsigned i = 0; i != c->size; i++)
    hash = rng_mix (hash ^ vars[i]);
  return hash;
}

// Clauses over the same variables needed for an XOR; two of three literals may
// make an if-then-else.
static unsigned least_clauses (unsigned size) {
  return size == 3 ? 2 : 1u << (size - 1);
}

static int compare_keyed (const void *p, const void *q) {
  const struct keyed *a = p, *b = q;
  if (a->hash != b->hash)
    return a->hash < b->hash ? -1 : 1;
  return (a->ref > b->ref) - (a->ref < b->ref);
}

// Short clauses that share their variables with enough others, sorted.
static void collect_short (struct solver *s, keyed_vec *all) {
  size_t size = 1 << 12;
  while (size < s->irredundant && size < (size_t)1 << 24)
    size *= 2;
  uint8_t *counts = mem_calloc (size, 1);
  for_clauses (c, s)
    if (c->size <= MAX_XOR && usable (c)) {
      uint8_t *count = counts + (hash_variables (c) & (size - 1));
      *count += *count != UINT8_MAX;
    }
  for_clauses (c, s) {
    s->stats.ticks++;
    if (c->size > MAX_XOR || !usable (c))
      continue;
    const struct keyed key = {hash_variables (c), clause_ref (s, c)};
    if (counts[key.hash & (size - 1)] >= least_clauses (c->size))
      vec_push (all, key);
  }
  mem_free (counts);
  if (all->size)
    qsort (all->data, all->size, sizeof *all->data, compare_keyed);
}

// Bit i is set if the literal of variable i is negative.
static unsigned signs (const struct group *g, const struct clause *c) {
  unsigned res = 0;
  for (unsigned i = 0; i != g->size; i++)
    for (unsigned j = 0; j != g->size; j++)
      if (IDX (c->lits[j]) == g->vars[i])
        res |= SIGN (c->lits[j]) << i;
  return res;
}

static void fill_group (const struct solver *s, struct group *g,
                        const struct keyed *begin, const struct keyed *end) {
  const struct clause *first = clause_at (s, begin->ref);
  g->size = first->size;
  sorted_variables (first, g->vars);
  for (unsigned i = 0; i != 1u << g->size; i++)
    g->refs[i] = INVALID_REF;
  for (const struct keyed *p = begin; p != end; p++) {
    const struct clause *c = clause_at (s, p->ref);
    unsigned vars[MAX_XOR];
    sorted_variables (c, vars);
    if (c->size == g->size && !memcmp (vars, g->vars, c->size * sizeof *vars))
      g->refs[signs (g, c)] = p->ref;
  }
}

// --------------------------------------------------------------------- XOR

// All clauses with an even ('parity' 0) or odd number of negative literals.
static bool complete (const struct group *g, unsigned parity) {
  for (unsigned i = 0; i != 1u << g->size; i++)
    if ((unsigned)__builtin_parity (i) == parity && g->refs[i] == INVALID_REF)
      return false;
  return true;
}

// The clause with signs b forbids x = b, so the variables' sum is 1 - parity;
// any of them is the output.
static void add_xors (struct solver *s, struct congruence *k,
                      const struct group *g, unsigned parity) {
  const uint32_t sources = k->sources.size;
  for (unsigned i = 0; s->proving && i != 1u << g->size; i++)
    if ((unsigned)__builtin_parity (i) == parity)
      vec_push (&k->sources, g->refs[i]);
  for (unsigned out = 0; out != g->size; out++) {
    ilit inputs[MAX_XOR];
    unsigned n = 0;
    for (unsigned i = 0; i != g->size; i++)
      if (i != out)
        inputs[n++] = LIT (g->vars[i]);
    add_gate (k, GATE_XOR, LIT (g->vars[out]) ^ !parity, inputs, n, sources);
  }
  s->simp->stats.congruence_xors++;
}

// ------------------------------------------------------------ if-then-else

static void add_conditional (conditional_vec *all, ilit cond, ilit a, ilit b,
                             ref r1, ref r2) {
  const struct conditional c = {
      IDX (cond), IDX (a), cond, b ^ SIGN (a), {r1, r2}};
  vec_push (all, c);
}

// (x, a, b) and (x, -a, -b): if -x then a = -b.
static void pair_up (const struct group *g, conditional_vec *all, unsigned p,
                     unsigned common) {
  const unsigned q = p ^ 7 ^ (1u << common);
  if (p > q || g->refs[p] == INVALID_REF || g->refs[q] == INVALID_REF)
    return;
  ilit lits[3];
  for (unsigned i = 0; i != 3; i++)
    lits[i] = LIT (g->vars[i]) | (p >> i & 1);
  const ilit cond = NOT (lits[common]);
  const ilit a = lits[(common + 1) % 3], b = NOT (lits[(common + 2) % 3]);
  add_conditional (all, cond, a, b, g->refs[p], g->refs[q]);
  add_conditional (all, cond, b, a, g->refs[p], g->refs[q]);
}

static void find_conditionals (const struct group *g, conditional_vec *all) {
  for (unsigned p = 0; p != 8; p++)
    for (unsigned common = 0; common != 3; common++)
      pair_up (g, all, p, common);
}

static int compare_conditional (const void *p, const void *q) {
  const struct conditional *a = p, *b = q;
  if (a->cond_var != b->cond_var)
    return a->cond_var < b->cond_var ? -1 : 1;
  if (a->var != b->var)
    return a->var < b->var ? -1 : 1;
  if (a->cond != b->cond)
    return a->cond < b->cond ? -1 : 1;
  return (a->lit > b->lit) - (a->lit < b->lit);
}

static void add_ite (struct solver *s, struct congruence *k,
                     const struct conditional *t, const struct conditional *e) {
  if (IDX (t->lit) == IDX (e->lit)) // an XOR or a unit
    return;
  const uint32_t sources = k->sources.size;
  const ilit inputs[3] = {t->cond, t->lit, e->lit};
  for (int i = 0; s->proving && i != 4; i++)
    vec_push (&k->sources, i < 2 ? t->refs[i] : e->refs[i - 2]);
  add_gate (k, GATE_ITE, LIT (t->var), inputs, 3, sources);
  s->simp->stats.congruence_ites++;
}

// Conditionals of one variable and condition: positive conditions first.
static void combine (struct solver *s, struct congruence *k,
                     const struct conditional *begin,
                     const struct conditional *end) {
  unsigned pairs = 0;
  for (const struct conditional *t = begin; t != end && !SIGN (t->cond); t++)
    for (const struct conditional *e = end; e-- != t && SIGN (e->cond);)
      if (pairs++ < MAX_PAIRS)
        add_ite (s, k, t, e);
}

static void find_ites (struct solver *s, struct congruence *k,
                       conditional_vec *all) {
  if (!all->size)
    return;
  qsort (all->data, all->size, sizeof *all->data, compare_conditional);
  const struct conditional *begin = all->data, *end = begin + all->size;
  while (begin != end) {
    const struct conditional *p = begin;
    while (p != end && p->cond_var == begin->cond_var && p->var == begin->var)
      p++;
    combine (s, k, begin, p);
    begin = p;
  }
}

static void find_xors_and_ites (struct solver *s, struct congruence *k) {
  keyed_vec all = {0};
  conditional_vec conditionals = {0};
  collect_short (s, &all);
  for (size_t i = 0, j; i != all.size; i = j) {
    struct group g;
    for (j = i; j != all.size && all.data[j].hash == all.data[i].hash; j++)
      s->stats.ticks++;
    fill_group (s, &g, all.data + i, all.data + j);
    for (unsigned parity = 0; parity != 2; parity++)
      if (complete (&g, parity))
        add_xors (s, k, &g, parity);
    if (g.size == 3)
      find_conditionals (&g, &conditionals);
  }
  find_ites (s, k, &conditionals);
  vec_fini (&all);
  vec_fini (&conditionals);
}

void circuit_extract (struct solver *s, struct congruence *k) {
  find_ands (s, k);
  find_xors_and_ites (s, k);
}
