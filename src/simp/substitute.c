// substitute.c - replace every literal by the smallest one equivalent to it.
// Idea     strongly connected components of the binary implication graph are
//          classes of equivalent literals
// Source   components [Tarjan-SICOMP'72]; in SAT [VanGelderTsuji-DIMACS'96]
// Differs  frozen variables keep their literals; a clause is rewritten in place
// Budget   linear; substitute_rounds
// Needs    level 0, watches attached; leaves both so
// Proof    first both binary clauses between a literal and its representative,
//          each from the one before it in breadth-first order, then every
//          rewritten clause from those and the old one
// Read     simp_substitute, round_of: find_components, apply
// Example  (-a b) (a -b) (b c d) (-b e f): b becomes a, which leaves (a c d)
//          (-a e f)
#include "simp/internal.h"

struct substitute {
  ilit *repr;      // by literal: of its component
  uint64_t *equal; // by literal: id of (-literal, representative)
  ids derived;     // those of them to be forgotten
  unsigned num_substituted;
};

// ------------------------------------------------------------- components

struct frame {
  ilit lit;
  uint32_t next; // watch to follow
  uint32_t index;
};

struct components {
  uint32_t *reach; // by literal: 0 new, UINT32_MAX done, else lowest reached
  VEC (struct frame) frames;
  ilits open;
  uint32_t last;
  ilit clash; // equivalent to its negation
};

static void enter (struct components *k, ilit lit) {
  const struct frame f = {lit, 0, ++k->last};
  k->reach[lit] = f.index;
  vec_push (&k->frames, f);
  vec_push (&k->open, lit);
}

static bool better (const struct solver *s, ilit a, ilit b) {
  const bool f = s->flags[IDX (a)].frozen, g = s->flags[IDX (b)].frozen;
  return f != g ? f : a < b;
}

// All from 'lit' on the stack of open literals are one component.
static void leave (struct solver *s, struct components *k, ilit lit,
                   ilit *repr) {
  size_t first = k->open.size;
  ilit best = lit;
  do
    if (better (s, k->open.data[--first], best))
      best = k->open.data[first];
  while (k->open.data[first] != lit);
  for (size_t i = first; i != k->open.size; i++) {
    const ilit other = k->open.data[i];
    repr[other] = best;
    k->reach[other] = UINT32_MAX;
    if (repr[NOT (other)] == best)
      k->clash = other;
  }
  k->open.size = first;
}

// Follows the next implication of the deepest frame; false if there is none.
static bool follow (struct solver *s, struct components *k) {
  struct frame *f = &vec_top (&k->frames);
  const struct watches *ws = s->watches + NOT (f->lit);
  while (f->next != ws->size) {
    const struct watch w = s->pool.data[ws->begin + f->next];
    if (!(w.ref & BINARY_BIT))
      return false;
    f->next++;
    if (s->values[w.blit])
      continue;
    if (!k->reach[w.blit]) {
      enter (k, w.blit);
      return true;
    }
    if (k->reach[w.blit] < k->reach[f->lit] && k->reach[w.blit])
      k->reach[f->lit] = k->reach[w.blit];
  }
  return false;
}

static void component (struct solver *s, struct components *k, ilit root,
                       ilit *repr) {
  enter (k, root);
  while (!vec_empty (&k->frames)) {
    if (follow (s, k))
      continue;
    const struct frame f = vec_pop (&k->frames);
    const uint32_t low = k->reach[f.lit];
    if (low == f.index)
      leave (s, k, f.lit, repr);
    else if (low < k->reach[vec_top (&k->frames).lit])
      k->reach[vec_top (&k->frames).lit] = low;
  }
}

// Fills 'repr'.
//
//   returns    a literal equivalent to its negation, or INVALID_LIT
static ilit find_components (struct solver *s, ilit *repr) {
  struct components k = {0};
  k.clash = INVALID_LIT;
  k.reach = mem_calloc (2 * (size_t)s->vars, sizeof *k.reach);
  for_ilits (lit, s)
    repr[lit] = INVALID_LIT;
  for_ilits (lit, s)
    if (active (s, lit) && !s->values[lit] && !k.reach[lit])
      component (s, &k, lit, repr);
  for_ilits (lit, s) {
    s->stats.ticks += 1 + s->watches[lit].size * sizeof (struct watch) / 64;
    if (repr[lit] == INVALID_LIT)
      repr[lit] = lit;
  }
  mem_free (k.reach);
  vec_fini (&k.frames);
  vec_fini (&k.open);
  return k.clash;
}

// The component of 'lit' holds its negation too.
static bool refute (struct solver *s, ilit lit) {
  struct implied_tree tree = {0};
  struct implied_clash clash;
  implied_root (s, &tree, lit);
  const bool closed = implied_close (s, &tree, &clash);
  assert (!closed);
  if (!closed)
    implied_learn (s, &tree, &clash, implied_dominator (&tree, &clash));
  implied_shrink (s, &tree, 0);
  implied_fini (&tree);
  s->simp->stats.substitute_units++;
  return propagate_root (s);
}

// ------------------------------------------------------------ equivalences

// What 'lit' is to be replaced by.
static ilit target (const struct solver *s, const struct substitute *sub,
                    ilit lit) {
  return s->flags[IDX (lit)].frozen ? lit : sub->repr[lit];
}

struct reached {
  ilit lit;
  uint64_t id; // of (-root, lit)
};

typedef VEC (struct reached) reached_vec;

static void derive_successors (struct solver *s, struct substitute *sub,
                               reached_vec *nodes, size_t i) {
  const ilit root = nodes->data[0].lit;
  const struct reached from = nodes->data[i];
  for_watches (w, s, NOT (from.lit)) {
    const ilit other = w->blit;
    if (!(w->ref & BINARY_BIT))
      break;
    if (sub->repr[other] != root || (s->marks[other] & IMPLIED))
      continue;
    s->marks[other] |= IMPLIED;
    struct reached to = {other, binary_id (s, w->ref)};
    if (i) {
      const ilit lits[2] = {NOT (root), other};
      chain_push (s, from.id);
      chain_push (s, to.id);
      to.id = derive (s, lits, 2);
      vec_push (&sub->derived, to.id);
    }
    sub->equal[NOT (other)] = to.id;
    vec_push (nodes, to);
  }
}

// Derives (-root, lit) for all literals of the representative's component.
static void derive_component (struct solver *s, struct substitute *sub,
                              reached_vec *nodes, ilit root) {
  const struct reached first = {root, 0};
  vec_clear (nodes);
  vec_push (nodes, first);
  s->marks[root] |= IMPLIED;
  for (size_t i = 0; i != nodes->size; i++)
    derive_successors (s, sub, nodes, i);
  for_vec (struct reached, node, nodes)
    s->marks[node->lit] &= ~IMPLIED;
}

static void derive_equivalences (struct solver *s, struct substitute *sub) {
  if (!s->proving)
    return;
  reached_vec nodes = {0};
  bool *done = mem_calloc (2 * (size_t)s->vars, sizeof *done);
  for_ilits (lit, s) {
    const ilit root = sub->repr[lit];
    if (root == lit || done[root])
      continue;
    done[root] = true;
    derive_component (s, sub, &nodes, root);
  }
  mem_free (done);
  vec_fini (&nodes);
}

// Pushes why 'lit' is false once its replacement is.
static void push_equal (struct solver *s, const struct substitute *sub,
                        ilit lit) {
  if (s->proving && target (s, sub, lit) != lit)
    chain_push (s, sub->equal[lit]);
}

// ---------------------------------------------------------- binary clauses

static void rewrite_binary (struct solver *s, struct substitute *sub, ilit a,
                            ilit b, ref slot) {
  const ilit lits[2] = {target (s, sub, a), target (s, sub, b)};
  if (lits[0] == NOT (lits[1]) || (s->marks[lits[1]] & IMPLIED) ||
      s->values[lits[0]] > 0 || s->values[lits[1]] > 0)
    return;
  push_equal (s, sub, a);
  push_equal (s, sub, b);
  chain_push (s, s->proving ? binary_id (s, slot) : 0);
  s->simp->stats.substituted_clauses++;
  if (lits[0] == lits[1]) {
    s->simp->stats.substitute_units++;
    learn_unit (s, lits[0]);
  } else {
    clause_derive (s, lits, 2, false, 1);
    s->marks[lits[1]] |= IMPLIED;
  }
}

// Moves the binary clauses of the substituted 'lit' to 'to', whose partners so
// far are marked.  A clause with two substituted literals is met twice and
// moved at the smaller one.
static void move_binaries (struct solver *s, struct substitute *sub, ilit lit,
                           ilit to) {
  for (uint32_t i = 0; i != s->watches[lit].size && !s->unsat; i++) {
    const struct watch w = watches_begin (s, lit)[i];
    if (!(w.ref & BINARY_BIT))
      continue;
    const ilit other = target (s, sub, w.blit);
    if (other == w.blit || to < other || (to == other && lit < w.blit))
      rewrite_binary (s, sub, lit, w.blit, w.ref);
  }
}

static void mark_partners (struct solver *s, ilit lit, bool on) {
  for_watches (w, s, lit)
    if (w->ref & BINARY_BIT) {
      if (on)
        s->marks[w->blit] |= IMPLIED;
      else
        s->marks[w->blit] &= ~IMPLIED;
    }
}

// The substituted literals of each representative as a list: 'first' by
// representative, 'next' by member, INVALID_LIT at the end.
static void list_members (const struct solver *s, const struct substitute *sub,
                          ilit *first, ilit *next) {
  for_ilits (lit, s)
    first[lit] = INVALID_LIT;
  for (ilit lit = 2 * s->vars; lit--;) {
    const ilit to = target (s, sub, lit);
    if (to == lit)
      continue;
    next[lit] = first[to];
    first[to] = lit;
  }
}

// Partners are marked once per representative: one with many members may have
// as many partners, and marking them for each member is quadratic.
static void rewrite_binaries (struct solver *s, struct substitute *sub) {
  const size_t bytes = 2 * (size_t)s->vars * sizeof (ilit);
  ilit *first = mem_alloc (bytes), *next = mem_alloc (bytes);
  list_members (s, sub, first, next);
  for_ilits (to, s) {
    if (first[to] == INVALID_LIT || s->unsat)
      continue;
    mark_partners (s, to, true);
    for (ilit lit = first[to]; lit != INVALID_LIT; lit = next[lit])
      move_binaries (s, sub, lit, to);
    mark_partners (s, to, false);
  }
  mem_free (first);
  mem_free (next);
}

// ----------------------------------------------------------- large clauses

// Collects the clause's new literals in 's->clause'.
//
//   returns    false if the clause is satisfied then
static bool map_literals (struct solver *s, const struct substitute *sub,
                          const struct clause *c) {
  bool ok = true;
  ilit lit;
  vec_clear (&s->clause);
  for_lits (lit, c) {
    const ilit to = target (s, sub, lit);
    const int8_t v = root_value (s, to);
    if (v < 0 || (s->marks[to] & IMPLIED))
      continue;
    if (v > 0 || (s->marks[NOT (to)] & IMPLIED)) {
      ok = false;
      break;
    }
    s->marks[to] |= IMPLIED;
    vec_push (&s->clause, to);
  }
  for_vec (ilit, l, &s->clause)
    s->marks[*l] &= ~IMPLIED;
  return ok;
}

static void push_hints (struct solver *s, const struct substitute *sub,
                        const struct clause *c) {
  if (!s->proving)
    return;
  ilit lit;
  for_lits (lit, c) {
    const ilit to = target (s, sub, lit);
    if (root_value (s, to) < 0)
      chain_push_unit (s, to);
  }
  for_lits (lit, c)
    push_equal (s, sub, lit);
  chain_push (s, clause_id (s, c));
}

// As 'clause_shorten' for other literals of the same number.
static void replace_literals (struct solver *s, struct clause *c,
                              const ilit *lits) {
  const uint64_t id = derive (s, lits, c->size);
  derive_forget (s, clause_id (s, c));
  clause_set_id (s, c, id);
  if (!c->redundant)
    clause_mark_removed (s, c->lits, c->size);
  memcpy (c->lits, lits, c->size * sizeof *lits);
  clause_mark_added (s, c->lits, c->size);
}

static bool touched (const struct solver *s, const struct substitute *sub,
                     const struct clause *c) {
  ilit lit;
  for_lits (lit, c)
    if (target (s, sub, lit) != lit)
      return true;
  return false;
}

static void rewrite_clause (struct solver *s, const struct substitute *sub,
                            struct clause *c) {
  s->stats.ticks++;
  if (c->garbage || !touched (s, sub, c))
    return;
  s->simp->stats.substituted_clauses++;
  if (!map_literals (s, sub, c)) {
    clause_delete (s, c);
    return;
  }
  const unsigned n = s->clause.size;
  push_hints (s, sub, c);
  if (n == c->size)
    replace_literals (s, c, s->clause.data);
  else
    clause_strengthen (s, c, s->clause.data, n);
}

// Short results go to the watch lists, so the arena does not grow here.
static void rewrite_clauses (struct solver *s, const struct substitute *sub) {
  for_clauses (c, s) {
    if (s->unsat)
      break;
    rewrite_clause (s, sub, c);
  }
  vec_clear (&s->clause);
}

// ------------------------------------------------------------------ rounds

static void push_reconstruction (struct solver *s, struct substitute *sub,
                                 ilit lit, ilit to) {
  for (unsigned sign = 0; sign != 2; sign++) {
    const ilit lits[2] = {lit ^ sign, NOT (to) ^ sign};
    reconstruct_push (s, lits[0], lits, 2,
                      s->proving ? sub->equal[NOT (lits[0])] : 0);
  }
}

static void remove_variables (struct solver *s, struct substitute *sub) {
  for_vars (idx, s) {
    const ilit lit = LIT (idx), to = target (s, sub, lit);
    if (to == lit)
      continue;
    push_reconstruction (s, sub, lit, to);
    var_deactivate (s, idx, SUBSTITUTED);
    s->simp->stats.substituted++;
  }
  binaries_remove_substituted (s);
  for_vec (uint64_t, id, &sub->derived)
    derive_forget (s, *id);
}

static bool apply (struct solver *s, struct substitute *sub) {
  derive_equivalences (s, sub);
  watches_to_occs (s, 2); // connects nothing, keeps binary clauses
  rewrite_binaries (s, sub);
  if (!s->unsat)
    rewrite_clauses (s, sub);
  if (s->unsat)
    return false;
  remove_variables (s, sub);
  return occs_to_watches (s);
}

// Replaces once.  Sets 'num_substituted'.
static bool round_of (struct solver *s, struct substitute *sub) {
  binaries_first (s);
  if (!binaries_dedup (s))
    return false;
  const ilit clash = find_components (s, sub->repr);
  if (clash != INVALID_LIT)
    return refute (s, clash);
  for_vars (idx, s)
    sub->num_substituted += target (s, sub, LIT (idx)) != LIT (idx);
  return !sub->num_substituted || apply (s, sub);
}

bool simp_substitute (struct solver *s) {
  struct simp *simp = s->simp;
  if (!simp->opts.substitute || !s->vars)
    return true;
  const uint64_t before = s->stats.ticks;
  simp->stats.substitutions++;
  struct substitute sub = {0};
  sub.repr = mem_alloc (2 * (size_t)s->vars * sizeof *sub.repr);
  if (s->proving)
    sub.equal = mem_alloc (2 * (size_t)s->vars * sizeof *sub.equal);
  for (int64_t round = simp->opts.substitute_rounds; round; round--) {
    vec_clear (&sub.derived);
    sub.num_substituted = 0;
    if (!round_of (s, &sub) || !sub.num_substituted || core_stopping (s))
      break;
  }
  mem_free (sub.repr);
  mem_free (sub.equal);
  vec_fini (&sub.derived);
  simp->stats.substitute_ticks += s->stats.ticks - before;
  return !s->unsat;
}
