// factor.c - bounded variable addition: a new variable for many clauses.
// Idea     clauses (a or C) for all factors a and all quotients C become, with
//          a new variable x, (x or a) for all a and (-x or C) for all C: a sum
//          in place of a product
// Source   [MantheyHeuleBiere-HVC'12]; why ties matter
//          [HaberlandtGreenHeule-SAT'23]; when it runs, and that it has to
//          remove more clauses than elimination may add
//          [BiereFallerFazekasEtAl-SC'24]
// Differs  a run starts from new literals, too, but only old ones join: 25000
//          conflicts on clqcol_8_4_3; 41000 if new ones join, 27000 if they
//          wait for the next run, which costs 10-pigeons 15 %.  Ties of ties
//          go to the formula's own order of variables, which keeps factors
//          aligned as the formula's author built it: hole10 in 8500 conflicts
//          in place of 186000, clique_180 in 7900 in place of some millions.
//          Quotients are counted by their hash first: most have one clause
//          and are passed without a look at other clauses
// Budget   factor_init million ticks first, then factor_effort per mille of
//          search ticks since the last call
// Needs    level 0, watches attached; leaves both so.  Not for incremental use:
//          the caller may take the number of a new variable
// Proof    x is defined as "not all factors" (derive_definition): (x or a) for
//          each factor, then (-x or not a, for all a), then (-x or C) by
//          propagation, after which the long clause of the definition is
//          dropped.
//          The new clauses imply the old ones by resolution on x and follow
//          from them and the definition, which adds no constraint on other
//          variables.  So the models stay, nothing is to be reconstructed,
//          and what is learned over the formula's variables follows from the
//          formula: it may be exported, and imports stay implied.
// Read     simp_factor, factor_all, factor: collect_factors, best_size, apply
// Example  (a c) (a d) (a e) (b c) (b d) (b e) become (x a) (x b) (-x c) (-x d)
//          (-x e)
#include "base/rng.h"
#include "simp/internal.h"
#include "simp/order.h"

enum { FACTOR = 1, QUOTIENT = 2 }; // in 's->marks'

// The clauses with one factor.  Those of the next factor are as many or fewer:
// its clause i has the same quotient as clause matches[i] of this one.
struct factor {
  ilit lit;
  VEC (struct watch) clauses; // binary: 'blit' is the quotient
  VEC (uint32_t) matches;
};

struct partner { // by literal
  uint32_t count;
  uint32_t seen; // last clause it was counted for
};

// How many large clauses have a quotient, up to 2, by its hash; deleted ones
// stay counted.
struct quotients {
  uint8_t *count;
  uint64_t mask;
};

struct factorizer {
  struct solver *s;
  struct simp *simp;
  uint64_t ticks, budget;
  size_t bound;
  unsigned first_new; // variable
  struct quotients quotients;
  struct order order; // candidate literals, most occurrences first
  VEC (struct factor) factors;
  size_t num_factors; // in use
  struct partner *partners;
  unsigned lits; // allocated for
  uint32_t stamp;
  ilits counted; // partners with a count
  refs claimed;  // large clauses with 'flag' set
  ids definition;
};

// ---------------------------------------------------------------- quotients

static uint64_t hash_lits (const ilit *lits, unsigned n) {
  uint64_t hash = 0;
  for (unsigned i = 0; i != n; i++)
    hash ^= rng_mix (lits[i]);
  return hash;
}

static uint8_t *quotient_count (const struct factorizer *f, uint64_t hash,
                                ilit factor) {
  return f->quotients.count + ((hash ^ rng_mix (factor)) & f->quotients.mask);
}

static void count_quotients (struct factorizer *f, const ilit *lits,
                             unsigned n) {
  const uint64_t hash = hash_lits (lits, n);
  for (unsigned i = 0; i != n; i++) {
    uint8_t *count = quotient_count (f, hash, lits[i]);
    *count += *count < 2;
  }
}

// Maybe true although it is not.
static bool shares_quotient (const struct factorizer *f, const struct clause *c,
                             ilit factor) {
  return *quotient_count (f, hash_lits (c->lits, c->size), factor) > 1;
}

static bool factorable (const struct factorizer *f, const struct clause *c) {
  return !c->garbage && !c->redundant &&
         c->size <= (uint64_t)f->simp->opts.factor_size;
}

// Eight places for one quotient.
static void init_quotients (struct factorizer *f) {
  uint64_t lits = 0, places = 64;
  for_clauses (c, f->s)
    if (factorable (f, c))
      lits += c->size;
  while (places < 8 * lits)
    places *= 2;
  f->quotients.count = mem_calloc (places, 1);
  f->quotients.mask = places - 1;
  for_clauses (c, f->s)
    if (factorable (f, c))
      count_quotients (f, c->lits, c->size);
  f->ticks += core_units (f->s) / 8 + lits;
}

static void init (struct factorizer *f, struct solver *s) {
  const struct simp_options *opts = &s->simp->opts;
  memset (f, 0, sizeof *f);
  f->s = s;
  f->simp = s->simp;
  f->bound = s->simp->eliminate_bound;
  f->first_new = s->vars;
  f->budget = s->simp->stats.factorizations
                  ? simp_budget (s, opts->factor_effort)
                  : 1000000 * (uint64_t)opts->factor_init;
  f->lits = 2 * s->vars;
  f->partners = mem_calloc (f->lits, sizeof *f->partners);
  order_init (&f->order, f->lits);
  init_quotients (f);
}

static void fini (struct factorizer *f) {
  f->simp->stats.factor_ticks += f->ticks;
  f->simp->stats.simp_ticks += f->ticks;
  for_vec (struct factor, factor, &f->factors) {
    vec_fini (&factor->clauses);
    vec_fini (&factor->matches);
  }
  vec_fini (&f->factors);
  mem_free (f->partners);
  mem_free (f->quotients.count);
  order_fini (&f->order);
  vec_fini (&f->counted);
  vec_fini (&f->claimed);
  vec_fini (&f->definition);
}

static uint64_t list_ticks (const struct factorizer *f, ilit lit) {
  return 1 + f->s->watches[lit].size / 8;
}

static bool out_of_budget (const struct factorizer *f) {
  return f->ticks > f->budget;
}

// -------------------------------------------------------------- candidates

static bool marked (const struct solver *s, ilit lit) {
  return active (s, lit) && s->flags[IDX (lit)].factor >> SIGN (lit) & 1;
}

static bool any_marked (const struct solver *s) {
  for_vars (idx, s)
    if (s->flags[idx].active && s->flags[idx].factor)
      return true;
  return false;
}

// Most clauses first; ties are broken by the formula's own order of variables.
static uint64_t candidate_order (const struct factorizer *f, ilit lit) {
  const uint32_t fewer = UINT32_MAX - f->s->watches[lit].size;
  const uint32_t position = 2 * f->s->i2e.data[IDX (lit)] + SIGN (lit);
  return (uint64_t)fewer << 32 | position;
}

static void update_candidate (struct factorizer *f, ilit lit) {
  const uint32_t size = f->s->watches[lit].size;
  order_update (&f->order, lit, candidate_order (f, lit));
  if (size > 1 && marked (f->s, lit) && !order_contains (&f->order, lit))
    order_push (&f->order, lit);
}

static void schedule (struct factorizer *f) {
  for_ilits (lit, f->s)
    update_candidate (f, lit);
}

// ------------------------------------------------------------------ partners

static struct factor *push_factor (struct factorizer *f, ilit lit) {
  if (f->num_factors == f->factors.size)
    vec_resize (&f->factors, f->num_factors + 1);
  struct factor *factor = f->factors.data + f->num_factors++;
  factor->lit = lit;
  vec_clear (&factor->clauses);
  vec_clear (&factor->matches);
  f->s->marks[lit] |= FACTOR;
  return factor;
}

static void reset_factors (struct factorizer *f) {
  while (f->num_factors)
    f->s->marks[f->factors.data[--f->num_factors].lit] &= ~FACTOR;
}

static bool is_factor (const struct solver *s, ilit lit) {
  return s->marks[lit] & FACTOR;
}

// Opposite factors would make the definition a tautology.
static bool may_join (const struct factorizer *f, ilit lit) {
  const struct solver *s = f->s;
  return IDX (lit) < f->first_new && !is_factor (s, lit) &&
         !is_factor (s, NOT (lit));
}

// A clause (lit or C) exists for the quotient C at hand.
static void count_partner (struct factorizer *f, ilit lit) {
  struct partner *p = f->partners + lit;
  if (p->seen == f->stamp || !may_join (f, lit))
    return;
  p->seen = f->stamp;
  if (!p->count++)
    vec_push (&f->counted, lit);
}

// Clause 'w' has the quotient of the last but one factor's clause 'i'.
static void match (struct factorizer *f, uint32_t i, struct watch w) {
  struct factor *last = f->factors.data + f->num_factors - 1;
  vec_push (&last->clauses, w);
  vec_push (&last->matches, i);
}

static void claim (struct factorizer *f, ref r) {
  clause_at (f->s, r)->flag = true;
  vec_push (&f->claimed, r);
}

static void reset_claimed (struct factorizer *f) {
  for_vec (ref, r, &f->claimed)
    clause_at (f->s, *r)->flag = false;
  vec_clear (&f->claimed);
}

// Counts the binary clauses with quotient 'q', or finds the one with 'wanted'.
static void visit_binary (struct factorizer *f, uint32_t i, ilit q,
                          ilit wanted) {
  f->ticks += list_ticks (f, q);
  for_watches (w, f->s, q) {
    if (!(w->ref & BINARY_BIT))
      continue;
    if (wanted == INVALID_LIT)
      count_partner (f, w->blit);
    else if (w->blit == wanted) {
      match (f, i, (struct watch){q, w->ref});
      return;
    }
  }
}

// Marks the quotient of a large clause.
//
//   returns    its literal of fewest occurrences; INVALID_LIT if the clause
//              has two factors
static ilit mark_quotient (struct factorizer *f, const struct clause *c) {
  struct solver *s = f->s;
  unsigned num_factors = 0;
  ilit lit, best = INVALID_LIT;
  for_lits (lit, c) {
    if (is_factor (s, lit)) {
      num_factors++;
      continue;
    }
    s->marks[lit] |= QUOTIENT;
    if (best == INVALID_LIT || s->watches[lit].size < s->watches[best].size)
      best = lit;
  }
  return num_factors == 1 ? best : INVALID_LIT;
}

static void unmark_quotient (struct solver *s, const struct clause *c) {
  ilit lit;
  for_lits (lit, c)
    s->marks[lit] &= ~QUOTIENT;
}

// The literal of a clause as long as the one marked that is not in its
// quotient; INVALID_LIT if there are more.
static ilit other_factor (const struct solver *s, const struct clause *c) {
  ilit lit, other = INVALID_LIT;
  for_lits (lit, c) {
    if (s->marks[lit] & QUOTIENT)
      continue;
    if (other != INVALID_LIT)
      return INVALID_LIT;
    other = lit;
  }
  return other;
}

// As 'visit_binary'.
static void visit_large (struct factorizer *f, uint32_t i, ref r, ilit factor,
                         ilit wanted) {
  struct solver *s = f->s;
  const struct clause *c = clause_at (s, r);
  f->ticks += 2;
  if (!shares_quotient (f, c, factor))
    return;
  const ilit q = mark_quotient (f, c);
  f->ticks += q == INVALID_LIT ? 0 : list_ticks (f, q);
  if (q != INVALID_LIT)
    for_watches (w, s, q) {
      if ((w->ref & BINARY_BIT) || w->ref == r)
        continue;
      f->ticks++;
      const struct clause *d = clause_at (s, w->ref);
      if (d->flag || d->size != c->size)
        continue;
      const ilit lit = other_factor (s, d);
      if (lit == INVALID_LIT || (wanted != INVALID_LIT && lit != wanted))
        continue;
      claim (f, w->ref);
      if (wanted == INVALID_LIT)
        count_partner (f, lit);
      else {
        match (f, i, *w);
        break;
      }
    }
  unmark_quotient (s, c);
}

// Goes over the clauses of a factor.
static void visit_clauses (struct factorizer *f, size_t factor, ilit wanted) {
  for (uint32_t i = 0; i != f->factors.data[factor].clauses.size; i++) {
    const struct watch w = f->factors.data[factor].clauses.data[i];
    f->stamp++;
    if (w.ref & BINARY_BIT)
      visit_binary (f, i, w.blit, wanted);
    else
      visit_large (f, i, w.ref, f->factors.data[factor].lit, wanted);
    if (out_of_budget (f))
      break;
  }
  reset_claimed (f);
}

// The literal that comes with most of the last factor's quotients; of equals
// the one with most clauses, of these the first.
static ilit best_partner (struct factorizer *f) {
  ilit best = INVALID_LIT;
  uint32_t most = 1;
  uint64_t best_order = 0;
  for_vec (ilit, lit, &f->counted) {
    const uint32_t count = f->partners[*lit].count;
    const uint64_t order = candidate_order (f, *lit);
    f->partners[*lit].count = 0;
    if (count < most || count < 2 || (count == most && order > best_order))
      continue;
    best = *lit;
    most = count;
    best_order = order;
  }
  vec_clear (&f->counted);
  return best;
}

// ------------------------------------------------------------------ factoring

// Of equal binary clauses one, since their partners are the same.
static struct factor *first_factor (struct factorizer *f, ilit lit) {
  struct factor *factor = push_factor (f, lit);
  f->ticks += list_ticks (f, lit);
  f->stamp++;
  for_watches (w, f->s, lit) {
    if (w->ref & BINARY_BIT) {
      struct partner *p = f->partners + w->blit;
      if (p->seen == f->stamp)
        continue;
      p->seen = f->stamp;
    }
    vec_push (&factor->clauses, *w);
  }
  return factor;
}

// Collects factors, each with at most the quotients of the one before.
//
//   returns    false if 'first' has too few clauses, or if to be stopped
static bool collect_factors (struct factorizer *f, ilit first) {
  if (first_factor (f, first)->clauses.size < 2)
    return false;
  while (!out_of_budget (f)) {
    const size_t last = f->num_factors - 1;
    visit_clauses (f, last, INVALID_LIT);
    const ilit next = best_partner (f);
    if (next == INVALID_LIT || out_of_budget (f))
      break;
    push_factor (f, next);
    visit_clauses (f, last, next);
  }
  return !out_of_budget (f);
}

// How many of the factors to take for the fewest clauses.
//
//   returns    0 if not enough clauses go
static size_t best_size (const struct factorizer *f) {
  size_t best = 0, most = f->bound;
  for (size_t n = 2; n <= f->num_factors; n++) {
    const size_t quotients = f->factors.data[n - 1].clauses.size;
    const size_t before = n * quotients, after = n + quotients;
    if (before > after + most) {
      best = n;
      most = before - after;
    }
  }
  return best;
}

// Drops the clauses without match in the last factor, and the factors behind.
static void align (struct factorizer *f, size_t num_factors) {
  while (f->num_factors > num_factors)
    f->s->marks[f->factors.data[--f->num_factors].lit] &= ~FACTOR;
  for (size_t k = num_factors - 1; k; k--) {
    const struct factor *from = f->factors.data + k;
    struct factor *to = f->factors.data + k - 1;
    const size_t n = from->clauses.size;
    for (size_t i = 0; i != n; i++) {
      const uint32_t m = from->matches.data[i];
      to->clauses.data[i] = to->clauses.data[m];
      if (k > 1)
        to->matches.data[i] = to->matches.data[m];
    }
    to->clauses.size = n;
  }
}

// (x or a) for all factors a.  With a proof also the long clause, which is not
// added.
//
//   returns    the id of the long clause
static uint64_t define (struct factorizer *f, ilit x) {
  struct solver *s = f->s;
  vec_clear (&f->definition);
  for (size_t k = 0; k != f->num_factors; k++) {
    const ilit lits[2] = {x, f->factors.data[k].lit};
    const uint64_t id = derive_definition (s, lits, 2);
    vec_push (&f->definition, id);
    clause_add (s, lits, 2, false, 0, id);
  }
  ilits *lits = &f->simp->clause;
  vec_clear (lits);
  vec_push (lits, NOT (x));
  for (size_t k = 0; k != f->num_factors; k++) {
    vec_push (lits, NOT (f->factors.data[k].lit));
    chain_push (s, f->definition.data[k]);
  }
  return derive_definition (s, lits->data, lits->size);
}

// (-x or C) for the clauses number 'i'.
static void add_quotient (struct factorizer *f, size_t i, ilit x, uint64_t id) {
  struct solver *s = f->s;
  const struct watch w = f->factors.data[0].clauses.data[i];
  ilits *lits = &f->simp->clause;
  vec_clear (lits);
  vec_push (lits, NOT (x));
  ilit lit;
  if (w.ref & BINARY_BIT)
    vec_push (lits, w.blit);
  else
    for_lits (lit, clause_at (s, w.ref))
      if (lit != f->factors.data[0].lit)
        vec_push (lits, lit);
  for (size_t k = 0; k != f->num_factors; k++)
    chain_push (s, ref_id (s, f->factors.data[k].clauses.data[i].ref));
  chain_push (s, id);
  clause_derive (s, lits->data, lits->size, false, 0);
  if (lits->size > 2)
    count_quotients (f, lits->data, lits->size);
  f->ticks += lits->size;
}

static void remove_clause (struct factorizer *f, ilit factor, struct watch w) {
  struct solver *s = f->s;
  if (w.ref & BINARY_BIT) {
    f->ticks += list_ticks (f, factor) + list_ticks (f, w.blit);
    binary_delete (s, factor, w.blit, w.ref);
    update_candidate (f, w.blit);
    return;
  }
  struct clause *c = clause_at (s, w.ref);
  ilit lit;
  for_lits (lit, c) {
    f->ticks += list_ticks (f, lit);
    watch_remove (s, lit, w.ref);
    update_candidate (f, lit);
  }
  clause_delete (s, c);
}

static void remove_clauses (struct factorizer *f) {
  for (size_t k = 0; k != f->num_factors; k++) {
    const struct factor *factor = f->factors.data + k;
    for_vec (struct watch, w, &factor->clauses)
      remove_clause (f, factor->lit, *w);
    update_candidate (f, factor->lit);
    f->simp->stats.factor_removed += factor->clauses.size;
  }
}

static void enlarge (struct factorizer *f) {
  const unsigned old = f->lits, needed = 2 * f->s->vars;
  if (needed <= old)
    return;
  f->lits = 2 * needed;
  f->partners = mem_realloc (f->partners, f->lits * sizeof *f->partners);
  memset (f->partners + old, 0, (f->lits - old) * sizeof *f->partners);
  order_enlarge (&f->order, old, f->lits);
}

// Replaces the clauses of the factors by those of a new variable.
//
//   returns    false if there are no more variables
static bool apply (struct factorizer *f) {
  struct solver *s = f->s;
  const ilit x = var_extend (s);
  if (x == INVALID_LIT)
    return false;
  enlarge (f);
  const size_t quotients = f->factors.data[0].clauses.size;
  const uint64_t id = define (f, x);
  for (size_t i = 0; i != quotients; i++)
    add_quotient (f, i, x, id);
  derive_forget (s, id);
  remove_clauses (f);
  update_candidate (f, x);
  update_candidate (f, NOT (x));
  f->simp->stats.factored++;
  f->simp->stats.factor_added += f->num_factors + quotients;
  return true;
}

// Tries a literal as first factor.
//
//   returns    false if there are no more variables
static bool factor (struct factorizer *f, ilit first) {
  bool go_on = true;
  if (collect_factors (f, first)) {
    const size_t best = best_size (f);
    if (best) {
      align (f, best);
      go_on = apply (f);
    }
  }
  reset_factors (f);
  return go_on;
}

static void factor_all (struct factorizer *f) {
  struct solver *s = f->s;
  schedule (f);
  while (!order_empty (&f->order) && !core_stopping (s)) {
    const ilit lit = order_pop (&f->order);
    if (!marked (s, lit))
      continue;
    if (out_of_budget (f))
      break;
    s->flags[IDX (lit)].factor &= ~(1 << SIGN (lit));
    if (!factor (f, lit))
      break;
  }
}

// Large formulas shrink by elimination first: 10^5 variables wait for one run,
// 10^6 for two.
static bool delayed (const struct solver *s) {
  const struct simp *simp = s->simp;
  const unsigned digits = core_logn (s->stats.active);
  return digits > simp->stats.eliminations + simp->opts.factor_delay;
}

bool simp_factor (struct solver *s) {
  struct simp *simp = s->simp;
  if (!simp->opts.factor || simp->opts.incremental || !can_define (s) ||
      delayed (s) || !any_marked (s))
    return true;
  struct factorizer f;
  collect (s);
  watches_to_occs (s, simp->opts.factor_size);
  init (&f, s);
  simp->stats.factorizations++;
  factor_all (&f);
  fini (&f);
  if (f.first_new != s->vars)
    queue_demote (s, f.first_new);
  return occs_to_watches (s);
}
