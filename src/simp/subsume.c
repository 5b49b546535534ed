// subsume.c - forward subsumption and strengthening.
// Idea     go through the clauses by size; look for a smaller one contained in
//          the present one, or contained up to one negated literal, among those
//          connected so far, each by one literal only
// Source   one literal [BayardoPanda-SDM'11]; strengthening [EenBiere-SAT'05];
//          only what changed since the last time as in CaDiCaL
// Differs  connected clauses carry a second literal that is tested before the
//          clause is touched; learned clauses take part
// Budget   subsume_effort per mille of search ticks since the last call
// Needs    occurrence mode, lists without large clauses
// Proof    a strengthened clause by the smaller one and itself
// Read     subsume_round: gather, try_clause, connect
// Example  (a b c) (a d e) (a b c d) (-a b c e), in this order: the third goes,
//          in the fourth the literal -a, which leaves (a b c) (a d e) (b c e)
#include "simp/internal.h"

#define NO_NODE UINT32_MAX
#define NO_MATCH (INVALID_LIT - 1)

struct node { // of a list of connected clauses
  ref ref;
  ilit blit; // another literal of the clause
  uint32_t next;
};

struct subsumer {
  struct solver *s;
  uint64_t ticks, budget;
  bool learned;
  bool *touched;   // by variable: in a clause added since the last round
  uint32_t *head;  // by literal: first node
  uint32_t *count; // by literal: nodes
  VEC (struct node) nodes;
  refs candidates; // by size
  size_t tried;
};

static void init (struct subsumer *b, struct solver *s, bool learned) {
  memset (b, 0, sizeof *b);
  b->s = s;
  b->learned = learned;
  b->budget = simp_budget (s, s->simp->opts.subsume_effort);
  b->touched = mem_calloc (s->vars + 1, sizeof *b->touched);
  const size_t lits = 2 * (size_t)s->vars + 1;
  b->head = mem_alloc (lits * sizeof *b->head);
  memset (b->head, 0xff, lits * sizeof *b->head);
  b->count = mem_calloc (lits, sizeof *b->count);
}

static void fini (struct subsumer *b) {
  struct simp_stats *stats = &b->s->simp->stats;
  stats->subsume_ticks += b->ticks;
  stats->simp_ticks += b->ticks;
  mem_free (b->touched);
  mem_free (b->head);
  mem_free (b->count);
  vec_fini (&b->nodes);
  vec_fini (&b->candidates);
}

// Takes the flags over, so that what this round adds is seen by the next.
static void take_flags (struct subsumer *b) {
  for_vars (idx, b->s) {
    b->touched[idx] = b->s->flags[idx].subsume;
    b->s->flags[idx].subsume = false;
  }
}

static void return_flags (struct subsumer *b) {
  for (size_t i = b->tried; i < b->candidates.size; i++) {
    const struct clause *c = clause_at (b->s, b->candidates.data[i]);
    ilit lit;
    for_lits (lit, c)
      b->s->flags[IDX (lit)].subsume |= b->touched[IDX (lit)];
  }
}

static bool satisfied (const struct solver *s, const struct clause *c) {
  ilit lit;
  for_lits (lit, c)
    if (s->values[lit] > 0)
      return true;
  return false;
}

static bool likely_kept (const struct solver *s, const struct clause *c) {
  return c->used || c->glue <= s->tier2[s->stable];
}

// A clause is news or may have news inside only if two literals were touched.
static bool eligible (const struct subsumer *b, const struct clause *c) {
  const struct solver *s = b->s;
  if (c->garbage || c->size > s->simp->opts.subsume_size)
    return false;
  if (c->redundant && !(b->learned && likely_kept (s, c)))
    return false;
  unsigned touched = 0;
  ilit lit;
  for_lits (lit, c)
    if (b->touched[IDX (lit)] && ++touched == 2)
      return true;
  return false;
}

static void sort_by_size (struct subsumer *b, const uint32_t *sizes,
                          unsigned max_size) {
  uint32_t *start = mem_calloc (max_size + 2, sizeof *start);
  for (unsigned size = 0; size <= max_size; size++)
    start[size + 1] = start[size] + sizes[size];
  ref *sorted = mem_alloc ((b->candidates.size + 1) * sizeof *sorted);
  for_vec (ref, r, &b->candidates)
    sorted[start[clause_at (b->s, *r)->size]++] = *r;
  memcpy (b->candidates.data, sorted, b->candidates.size * sizeof *sorted);
  mem_free (sorted);
  mem_free (start);
}

static void gather (struct subsumer *b) {
  struct solver *s = b->s;
  const unsigned max_size = s->simp->opts.subsume_size;
  uint32_t *sizes = mem_calloc (max_size + 1, sizeof *sizes);
  for_clauses (c, s) {
    if (!eligible (b, c))
      continue;
    if (satisfied (s, c)) {
      clause_delete (s, c);
      continue;
    }
    sizes[c->size]++;
    vec_push (&b->candidates, clause_ref (s, c));
  }
  s->simp->stats.simp_ticks += arena_units (s) / 8;
  if (b->candidates.size)
    sort_by_size (b, sizes, max_size);
  mem_free (sizes);
}

// ------------------------------------------------------------------ looking

// What subsumes or strengthens the marked clause.
struct found {
  ilit remove; // literal that goes; INVALID_LIT: subsumed; NO_MATCH: nothing
  ref ref;
};

static bool found (const struct found *f) {
  return f->remove != NO_MATCH;
}

static void look_at_binaries (struct subsumer *b, ilit lit, struct found *f) {
  const struct solver *s = b->s;
  if (s->watches[lit].size > s->simp->opts.subsume_occs)
    return;
  b->ticks += 1 + s->watches[lit].size / 8;
  for_watches (w, s, lit) {
    if (s->marks[w->blit])
      *f = (struct found){INVALID_LIT, w->ref};
    else if (s->marks[NOT (w->blit)])
      *f = (struct found){NOT (w->blit), w->ref};
    else
      continue;
    if (f->remove == INVALID_LIT)
      return;
  }
}

// Whether all literals of 'd' are marked, but for one marked negatively.
static ilit match (const struct solver *s, const struct clause *d) {
  ilit negated = INVALID_LIT, lit;
  for_lits (lit, d) {
    if (s->marks[lit])
      continue;
    if (!s->marks[NOT (lit)] || negated != INVALID_LIT)
      return NO_MATCH;
    negated = NOT (lit);
  }
  return negated;
}

static void look_at_connected (struct subsumer *b, ilit lit, struct found *f) {
  struct solver *s = b->s;
  for (uint32_t i = b->head[lit]; i != NO_NODE;) {
    const struct node *n = b->nodes.data + i;
    i = n->next;
    if (!s->marks[n->blit] && !s->marks[NOT (n->blit)])
      continue;
    const struct clause *d = clause_at (s, n->ref);
    b->ticks += 1 + d->size / 16;
    if (d->garbage)
      continue;
    s->simp->stats.subsume_checks++;
    const ilit remove = match (s, d);
    if (remove == NO_MATCH)
      continue;
    *f = (struct found){remove, n->ref};
    if (remove == INVALID_LIT)
      return;
  }
  b->ticks += b->count[lit] / 4;
}

static struct found look (struct subsumer *b, const struct clause *c) {
  struct found f = {NO_MATCH, INVALID_REF};
  ilit lit;
  for_lits (lit, c) {
    if (f.remove != INVALID_LIT)
      look_at_binaries (b, lit, &f);
    if (f.remove != INVALID_LIT)
      look_at_connected (b, lit, &f);
    if (f.remove != INVALID_LIT)
      look_at_connected (b, NOT (lit), &f);
  }
  return f;
}

// -------------------------------------------------------------------- using

static void subsume (struct subsumer *b, struct clause *c, ref by) {
  struct solver *s = b->s;
  if (!(by & BINARY_BIT) && clause_at (s, by)->redundant && !c->redundant)
    clause_promote (s, clause_at (s, by));
  s->simp->stats.subsumed++;
  clause_delete (s, c);
}

static void strengthen (struct subsumer *b, struct clause *c, ilit remove,
                        ref by) {
  struct solver *s = b->s;
  ilits *kept = &s->simp->clause;
  vec_clear (kept);
  ilit lit;
  for_lits (lit, c)
    if (lit != remove)
      vec_push (kept, lit);
  chain_push (s, s->proving ? ref_id (s, by) : 0);
  chain_push (s, clause_id (s, c));
  s->simp->stats.strengthened++;
  clause_strengthen (s, c, kept->data, kept->size);
}

static void try_clause (struct subsumer *b, ref r) {
  struct solver *s = b->s;
  struct clause *c = clause_at (s, r);
  b->ticks += 1 + c->size / 16;
  ilit lit;
  for_lits (lit, c)
    s->marks[lit] = 1;
  const struct found f = look (b, c);
  for_lits (lit, c)
    s->marks[lit] = 0;
  if (!found (&f))
    return;
  if (f.remove == INVALID_LIT)
    subsume (b, c, f.ref);
  else
    strengthen (b, c, f.remove, f.ref);
}

// An old clause can only subsume a new one, all of whose variables are touched.
static ilit connecting_literal (const struct subsumer *b,
                                const struct clause *c) {
  ilit best = INVALID_LIT, lit;
  for_lits (lit, c) {
    if (!b->touched[IDX (lit)])
      return INVALID_LIT;
    if (best == INVALID_LIT || b->count[lit] < b->count[best])
      best = lit;
  }
  return best;
}

static void connect (struct subsumer *b, ref r) {
  struct solver *s = b->s;
  const struct clause *c = clause_at (s, r);
  if (c->garbage)
    return;
  const ilit lit = connecting_literal (b, c);
  if (lit == INVALID_LIT || b->count[lit] >= s->simp->opts.subsume_occs)
    return;
  const ilit blit = c->lits[c->lits[0] == lit];
  const struct node n = {r, blit, b->head[lit]};
  b->head[lit] = b->nodes.size;
  b->count[lit]++;
  vec_push (&b->nodes, n);
}

bool subsume_round (struct solver *s, bool learned) {
  if (!s->simp->opts.subsume)
    return true;
  struct subsumer b;
  init (&b, s, learned);
  take_flags (&b);
  gather (&b);
  s->simp->stats.subsumptions++;
  while (!s->unsat && b.tried != b.candidates.size && b.ticks <= b.budget) {
    if (!(b.tried & 1023) && core_stopping (s))
      break;
    const ref r = b.candidates.data[b.tried++];
    try_clause (&b, r);
    connect (&b, r);
  }
  return_flags (&b);
  fini (&b);
  return !s->unsat;
}
