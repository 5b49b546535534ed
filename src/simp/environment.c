// environment.c - the formula around one variable, for the small solver.
// Idea     breadth first over the clauses of variables, up to limits; literals
//          found equivalent before count as one, so that what they hid comes
//          within reach
// Source   environments of [BiereFleury-SC'22]
// Differs  the engine's clauses stay as they are: literals are mapped on the
//          way in, and classes keep the proof of every step to their
//          representative
// Budget   the caller's, by 'ticks'
// Needs    level 0, watches attached; units propagated; no clause deleted
// Proof    a clause that was mapped or lost false literals is derived as it is
//          in the small solver, then the lemmas needed, then the fact; all but
//          the fact are forgotten with the environment
// Read     environment_build, expand, add_source; the way back is
//          environment_learn
// Example  (x a) (-x b c) (a d) (e f) around x: the first two in one step, the
//          third in two, the last never
#include "simp/environment.h"

// ------------------------------------------------------------ occurrences

static bool connected (const struct environment *e, const struct clause *c) {
  return !c->garbage && !c->redundant && c->size <= e->max_vars;
}

static void count_occurrences (struct environment *e) {
  struct solver *s = e->s;
  for_ilits (lit, s)
    for_watches (w, s, lit)
      e->begin[lit] += (w->ref & BINARY_BIT) != 0;
  for_clauses (c, s) {
    ilit lit;
    if (connected (e, c))
      for_lits (lit, c)
        e->begin[lit]++;
  }
}

// Turns the counts into the ends of the lists; filling moves them back.
static void sum_up (struct environment *e) {
  size_t sum = 0;
  for_ilits (lit, e->s)
    e->begin[lit] = sum += e->begin[lit];
  e->begin[2 * e->s->vars] = sum;
}

static void push (struct environment *e, ilit lit, ilit other, ref r) {
  e->occs[--e->begin[lit]] = (struct watch){other, r};
}

static void fill_occurrences (struct environment *e) {
  struct solver *s = e->s;
  e->occs = mem_alloc ((e->begin[2 * s->vars] + 1) * sizeof *e->occs);
  for_ilits (lit, s)
    for_watches (w, s, lit)
      if (w->ref & BINARY_BIT)
        push (e, lit, w->blit, w->ref);
  for_clauses (c, s) {
    ilit lit;
    if (connected (e, c))
      for_lits (lit, c)
        push (e, lit, INVALID_LIT, clause_ref (s, c));
  }
}

uint64_t environment_overhead (const struct solver *s) {
  return core_units (s) / 4 + s->vars;
}

void environment_init (struct environment *e, struct solver *s) {
  const size_t lits = 2 * (size_t)s->vars;
  e->s = s;
  e->mini = mini_new (rng_next64 (&s->rng));
  e->begin = mem_calloc (lits + 1, sizeof *e->begin);
  count_occurrences (e);
  sum_up (e);
  fill_occurrences (e);
  e->state = mem_calloc (s->vars + 1, sizeof *e->state);
  e->equal = s->proving ? mem_alloc (lits * sizeof *e->equal) : NULL;
  e->equivalent = mem_alloc (lits * sizeof *e->equivalent);
  for_ilits (lit, s)
    e->equivalent[lit] = (struct equivalent){lit, lit, 1};
  e->ticks += environment_overhead (s);
}

void environment_fini (struct environment *e) {
  mini_free (e->mini);
  mem_free (e->begin);
  mem_free (e->occs);
  mem_free (e->state);
  mem_free (e->equal);
  mem_free (e->equivalent);
  vec_fini (&e->vars);
  vec_fini (&e->sources);
  vec_fini (&e->lines);
  vec_fini (&e->temps);
  vec_fini (&e->path);
}

void environment_unite (struct environment *e, ilit a, ilit b, uint64_t ab,
                        uint64_t ba) {
  struct equivalent *all = e->equivalent;
  assert (all[a].parent == a && all[b].parent == b && IDX (a) != IDX (b));
  if (all[a].size > all[b].size) {
    environment_unite (e, b, a, ba, ab);
    return;
  }
  for (unsigned sign = 0; sign != 2; sign++) {
    const ilit from = a ^ sign, to = b ^ sign, next = all[from].next;
    all[from].parent = to;
    all[to].size += all[from].size;
    all[from].next = all[to].next;
    all[to].next = next;
  }
  if (!e->s->proving)
    return;
  e->equal[a] = ab;
  e->equal[NOT (a)] = ba;
}

// --------------------------------------------------------------- building

static const ilit *source_lits (const struct environment *e,
                                const struct source *source, unsigned *n) {
  *n = 2;
  if (source->ref & BINARY_BIT)
    return source->pair;
  const struct clause *c = clause_at (e->s, source->ref);
  *n = c->size;
  return c->lits;
}

// Collects the mapped literals without the false ones in 's->clause'.
//
//   returns    false if the clause is true anyway
static bool map_literals (struct environment *e, const ilit *lits, unsigned n) {
  struct solver *s = e->s;
  bool ok = true;
  vec_clear (&s->clause);
  for (unsigned i = 0; ok && i != n; i++) {
    const int8_t value = s->values[lits[i]];
    if (value < 0)
      continue;
    const ilit lit = environment_repr (e, lits[i]);
    ok = !value && !s->marks[NOT (lit)];
    if (!ok || s->marks[lit])
      continue;
    s->marks[lit] = 1;
    vec_push (&s->clause, lit);
  }
  for_vec (ilit, lit, &s->clause)
    s->marks[*lit] = 0;
  return ok;
}

static void add_variable (struct environment *e, unsigned idx) {
  if (e->state[idx] != OUTSIDE)
    return;
  e->state[idx] = INSIDE;
  vec_push (&e->vars, idx);
}

static void add_source (struct environment *e, struct source source) {
  struct solver *s = e->s;
  unsigned n;
  const ilit *lits = source_lits (e, &source, &n);
  e->ticks += 2 + n / 8;
  if (!map_literals (e, lits, n))
    return;
  mini_add (e->mini, s->clause.data, s->clause.size);
  for_vec (ilit, lit, &s->clause)
    add_variable (e, IDX (*lit));
  vec_push (&e->sources, source);
  if (!(source.ref & BINARY_BIT))
    clause_at (s, source.ref)->flag = true;
  e->full = e->sources.size >= e->max_clauses || e->vars.size >= e->max_vars;
}

// Each clause once: large ones have a flag, binary ones were added when their
// first variable was expanded.
static bool added (const struct environment *e, struct watch w) {
  if (!(w.ref & BINARY_BIT))
    return clause_at (e->s, w.ref)->flag;
  return e->state[IDX (environment_repr (e, w.blit))] == EXPANDED;
}

static void add_clauses (struct environment *e, ilit lit) {
  const struct watch *end = e->occs + e->begin[lit + 1];
  e->ticks += 1 + environment_occs (e, lit) / 8;
  for (const struct watch *w = e->occs + e->begin[lit]; w != end; w++) {
    if (e->full)
      return;
    if (!added (e, *w))
      add_source (e, (struct source){w->ref, {lit, w->blit}});
  }
}

static void expand (struct environment *e, unsigned idx) {
  for (unsigned sign = 0; sign != 2; sign++) {
    const ilit first = LIT (idx) + sign;
    ilit lit = first;
    do
      add_clauses (e, lit);
    while ((lit = e->equivalent[lit].next) != first);
  }
  e->state[idx] = EXPANDED;
}

void environment_build (struct environment *e, unsigned idx) {
  assert (!e->vars.size && !e->sources.size);
  add_variable (e, idx);
  size_t next = 0;
  for (unsigned depth = 0; depth != e->max_depth && !e->full; depth++)
    for (const size_t end = e->vars.size; next != end && !e->full; next++)
      expand (e, e->vars.data[next]);
  vec_clear (&e->s->clause);
}

void environment_clear (struct environment *e) {
  for_vec (uint32_t, idx, &e->vars)
    e->state[*idx] = OUTSIDE;
  for_vec (struct source, source, &e->sources) {
    if (!(source->ref & BINARY_BIT))
      clause_at (e->s, source->ref)->flag = false;
  }
  for_vec (uint64_t, id, &e->temps)
    derive_forget (e->s, *id);
  vec_clear (&e->vars);
  vec_clear (&e->sources);
  vec_clear (&e->lines);
  vec_clear (&e->temps);
  e->full = false;
  mini_clear (e->mini);
}

// ------------------------------------------------------------------ proof

static void push_once (struct solver *s, uint64_t id) {
  for_vec (uint64_t, p, &s->chain) {
    if (*p == id)
      return;
  }
  chain_push (s, id);
}

// Why a literal of the engine's clause is false when those marked are: by
// steps down from one of them, or by a unit.
static void push_literal (struct environment *e, ilit lit) {
  struct solver *s = e->s;
  ilit at = lit;
  vec_clear (&e->path);
  for (; !s->marks[at] && e->equivalent[at].parent != at;
       at = e->equivalent[at].parent)
    vec_push (&e->path, e->equal[at]);
  if (!s->marks[at])
    chain_push_unit (s, lit);
  else
    while (!vec_empty (&e->path))
      push_once (s, vec_pop (&e->path));
}

static void push_source (struct environment *e, uint32_t number) {
  struct solver *s = e->s;
  const struct source *source = e->sources.data + number;
  const struct mini_line line = mini_line (e->mini, number);
  unsigned n;
  const ilit *lits = source_lits (e, source, &n);
  for (unsigned i = 0; i != line.size; i++)
    s->marks[line.lits[i]] = 1;
  for (unsigned i = 0; i != n; i++)
    if (!s->marks[lits[i]])
      push_literal (e, lits[i]);
  for (unsigned i = 0; i != line.size; i++)
    s->marks[line.lits[i]] = 0;
  chain_push (s, ref_id (s, source->ref));
}

// What a line follows from; the line itself if it was derived.
static void push_line (struct environment *e, uint32_t number) {
  if (e->lines.data[number])
    chain_push (e->s, e->lines.data[number]);
  else if (number < e->sources.size)
    push_source (e, number);
  else {
    const struct mini_line line = mini_line (e->mini, number);
    for (unsigned i = 0; i != line.num_hints; i++)
      chain_push (e->s, e->lines.data[line.hints[i]]);
  }
}

// A clause of the engine that was copied unchanged is not derived again.
static void derive_line (struct environment *e, uint32_t number) {
  struct solver *s = e->s;
  if (e->lines.data[number])
    return;
  push_line (e, number);
  if (number < e->sources.size && s->chain.size == 1) {
    e->lines.data[number] = s->chain.data[0];
    chain_clear (s);
    return;
  }
  const struct mini_line line = mini_line (e->mini, number);
  e->lines.data[number] = derive (s, line.lits, line.size);
  vec_push (&e->temps, e->lines.data[number]);
}

static void derive_core (struct environment *e, uint32_t number) {
  const struct mini_core core = mini_core (e->mini, number);
  if (e->lines.size <= number)
    vec_resize (&e->lines, number + 1);
  for (unsigned i = 0; i + 1 < core.size; i++)
    derive_line (e, core.numbers[i]);
  push_line (e, number);
}

uint64_t environment_learn (struct environment *e, uint32_t number) {
  struct solver *s = e->s;
  if (s->proving)
    derive_core (e, number);
  const struct mini_line line = mini_line (e->mini, number);
  assert (line.size <= 2);
  if (line.size == 2)
    return binary_id (s, clause_derive (s, line.lits, 2, false, 1));
  if (line.size == 1)
    learn_unit (s, line.lits[0]);
  else
    learn_empty (s);
  return 0;
}
