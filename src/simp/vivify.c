// vivify.c - shorten or drop a clause by assuming its literals false, one by
// one, and propagating without it.
// Idea     a conflict, or another literal of the clause that becomes true,
//          depends on some of the assumptions only: they are a shorter clause;
//          a clause met on the way whose literals are all here subsumes it; and
//          if nothing happens, the last literal is removed if assuming it true
//          fails
// Source   [PietteHamadiSais-ECAI'08]; learned clauses [LuoEtAl-IJCAI'17];
//          sorting to reuse decisions [BiereFallerFazekasEtAl-CAV'24]
// Differs  sorted by the four most frequent literals; watches of a tried clause
//          move to its last literals, so that more of the trail is reused
// Budget   vivify_effort per mille of search ticks, divided between the tiers
// Needs    level 0, watches attached; leaves both so
// Proof    adds the shorter clause with the reasons in trail order as hints,
//          then deletes the longer; clauses subsumed or implied are deleted
// Read     simp_vivify, run_round, vivify_clause: assume_all, analyze, conclude
// Example  (a b c d) (a e) (b c -e): with a and b assumed false e and then c is
//          true, which needs neither -c nor -d, so (a b c) takes the place of
//          the first
#include <stdlib.h>

#include "simp/internal.h"

struct candidate {
  uint64_t key[2]; // four literals by frequency, best first
  ref ref;
};

enum kind { IRREDUNDANT, TIER1, TIER2, TIER3 };

struct vivifier {
  enum kind kind;
  uint32_t *counts;                // by literal, in large clauses
  VEC (struct candidate) schedule; // best last
  ilits sorted;         // the candidate's literals, most frequent first
  VEC (uint64_t) order; // scratch: sort keys
  ilits seen, roots;    // literals the analysis met, above level 0 and on it
  uint64_t limit;       // of 's->stats.ticks'
  uint64_t tried, vivified;
};

// What stopped the assumptions, and what the analysis found out.
struct outcome {
  bool conflict;  // 's->conflict'
  ilit implied;   // true literal of the candidate, or INVALID_LIT
  bool redundant; // a redundant clause was involved
  bool subsumed;
  ref subsuming; // large or binary
};

// --------------------------------------------------------------- schedule

static void count_literals (struct solver *s, struct vivifier *v) {
  ilit lit;
  for_clauses (c, s)
    if (!c->garbage)
      for_lits (lit, c)
        v->counts[lit]++;
  s->stats.ticks += s->irredundant + s->redundant;
}

static bool of_kind (const struct solver *s, enum kind kind,
                     const struct clause *c) {
  if (c->garbage || c->redundant == (kind == IRREDUNDANT))
    return false;
  const unsigned tier1 = s->tier1[0];
  const unsigned tier2 = s->tier2[0] < tier1 ? tier1 : s->tier2[0];
  switch (kind) {
  case TIER1:
    return c->glue <= tier1;
  case TIER2:
    return tier1 < c->glue && c->glue <= tier2;
  case TIER3:
    return tier2 < c->glue;
  default:
    return true;
  }
}

// Frequency in the upper half, so that equal literals meet in sorted order.
static uint32_t literal_key (const struct vivifier *v, ilit lit) {
  const uint32_t count = v->counts[lit];
  return (count < 0x7fff ? count : 0x7fff) << 16 | (lit & 0xffff);
}

// The four largest literal keys, and prioritised clauses before others.  Sorted
// by them, candidates that begin with the same assumptions are neighbours, like
// words in a trie, of which each edge is then taken once: 'reuse' keeps what
// the next candidate begins with too.  Frequent literals come first since most
// candidates share them.
static struct candidate make_candidate (const struct solver *s,
                                        const struct vivifier *v,
                                        const struct clause *c) {
  uint32_t best[4] = {0, 0, 0, 0};
  ilit lit;
  for_lits (lit, c) {
    uint32_t key = literal_key (v, lit);
    for (int i = 0; i != 4; i++)
      if (best[i] < key) {
        const uint32_t tmp = best[i];
        best[i] = key;
        key = tmp;
      }
  }
  return (struct candidate){
      {(uint64_t)c->vivify << 63 | (uint64_t)best[0] << 32 | best[1],
       (uint64_t)best[2] << 32 | best[3]},
      clause_ref (s, c)};
}

static unsigned digit (const struct candidate *c, unsigned pass) {
  return c->key[pass < 8] >> (pass % 8 * 8) & 0xff;
}

// One pass of a radix sort by bytes; false if all digits are equal.
static bool radix_pass (const struct candidate *from, struct candidate *to,
                        size_t n, unsigned pass) {
  size_t pos[256] = {0};
  for (size_t i = 0; i != n; i++)
    pos[digit (from + i, pass)]++;
  if (pos[digit (from, pass)] == n)
    return false;
  for (size_t d = 0, sum = 0; d != 256; d++) {
    const size_t count = pos[d];
    pos[d] = sum;
    sum += count;
  }
  for (size_t i = 0; i != n; i++)
    to[pos[digit (from + i, pass)]++] = from[i];
  return true;
}

// Ascending by key[0], then key[1]; irredundant clauses, of which there may be
// many more, by key[0] only.
static void sort_schedule (struct vivifier *v) {
  const size_t n = v->schedule.size;
  if (n < 2)
    return;
  struct candidate *from = v->schedule.data;
  struct candidate *to = mem_alloc (n * sizeof *to);
  for (unsigned pass = v->kind == IRREDUNDANT ? 8 : 0; pass != 16; pass++)
    if (radix_pass (from, to, n, pass)) {
      struct candidate *const tmp = from;
      from = to;
      to = tmp;
    }
  v->schedule.data = from;
  v->schedule.capacity = n;
  mem_free (to);
}

static void schedule (struct solver *s, struct vivifier *v) {
  size_t prioritized = 0;
  vec_clear (&v->schedule);
  struct clause *c = v->kind == IRREDUNDANT ? clause_first (s)
                                            : clause_at (s, s->first_redundant);
  for (; c != clause_end (s); c = clause_next (s, c)) {
    s->stats.ticks++;
    if (!of_kind (s, v->kind, c))
      continue;
    prioritized += c->vivify;
    vec_push (&v->schedule, make_candidate (s, v, c));
  }
  sort_schedule (v);
  s->stats.ticks += v->schedule.size;
  if (prioritized)
    return;
  // Those that the budget does not reach come first the next time.
  for_vec (struct candidate, c, &v->schedule)
    clause_at (s, c->ref)->vivify = true;
}

// ---------------------------------------------------------------- watches

// How good a watch 'lit' is: its level if false, else better than any level.
static unsigned watch_rank (const struct solver *s, ilit lit) {
  return s->values[lit] < 0 ? level_of (s, lit) : UINT32_MAX;
}

static void to_front (struct solver *s, struct clause *c, unsigned to) {
  unsigned best = to;
  for (unsigned i = to + 1; i != c->size; i++)
    if (watch_rank (s, c->lits[best]) < watch_rank (s, c->lits[i]))
      best = i;
  const ilit lit = c->lits[best];
  c->lits[best] = c->lits[to];
  c->lits[to] = lit;
}

static void detach (struct solver *s, ref r) {
  const struct clause *c = clause_at (s, r);
  const ilit lits[2] = {c->lits[0], c->lits[1]};
  for (int i = 0; i != 2; i++) {
    watch_remove (s, lits[i], r);
    s->stats.ticks += 1 + s->watches[lits[i]].size * sizeof (struct watch) / 64;
  }
}

// Watches the two best literals.
static void attach (struct solver *s, ref r) {
  struct clause *c = clause_at (s, r);
  to_front (s, c, 0);
  to_front (s, c, 1);
  watch_push (s, c->lits[0], (struct watch){c->lits[1], r});
  watch_push (s, c->lits[1], (struct watch){c->lits[0], r});
}

// Backtracks until the clause's watches are as propagation would leave them: a
// false one only beside one that was true before.
static void restore_watches (struct solver *s, ref r) {
  const struct clause *c = clause_at (s, r);
  const unsigned a = watch_rank (s, c->lits[0]);
  const unsigned b = watch_rank (s, c->lits[1]);
  const unsigned level = a < b ? a : b;
  if (level == UINT32_MAX)
    return;
  const ilit other = c->lits[a < b];
  if (s->values[other] > 0 && level_of (s, other) <= level)
    return;
  backtrack (s, level ? level - 1 : 0);
}

static unsigned second_rank (const struct solver *s, const struct clause *c) {
  unsigned first = 0, second = 0;
  ilit lit;
  for_lits (lit, c) {
    const unsigned rank = watch_rank (s, lit);
    if (first < rank) {
      second = first;
      first = rank;
    } else if (second < rank)
      second = rank;
  }
  return second;
}

// After a try that left the clause as it was.
static void restore (struct solver *s, ref r) {
  const struct clause *c = clause_at (s, r);
  if (!decision_level (s) || c->garbage)
    return;
  const unsigned a = watch_rank (s, c->lits[0]);
  const unsigned b = watch_rank (s, c->lits[1]);
  if ((a < b ? a : b) < second_rank (s, c)) {
    detach (s, r);
    attach (s, r);
  }
  restore_watches (s, r);
}

// --------------------------------------------------------------- analysis

enum { CANDIDATE = 1 }; // mark of the candidate's literals

static void see (struct solver *s, struct vivifier *v, ilit lit) {
  const unsigned idx = IDX (lit);
  if (s->seen[idx] & SEEN_ANALYZED)
    return;
  s->seen[idx] |= SEEN_ANALYZED;
  if (level_of (s, lit))
    vec_push (&v->seen, lit);
  else
    vec_push (&v->roots, lit);
}

static void reset_seen (struct solver *s, struct vivifier *v) {
  for_vec (ilit, lit, &v->seen)
    s->seen[IDX (*lit)] &= ~SEEN_ANALYZED;
  for_vec (ilit, lit, &v->roots)
    s->seen[IDX (*lit)] &= ~SEEN_ANALYZED;
  vec_clear (&v->seen);
  vec_clear (&v->roots);
  vec_clear (&s->clause);
}

// Sees all literals of the clause but 'lit'; finds out if it subsumes.
static void see_clause (struct solver *s, struct vivifier *v, struct outcome *o,
                        ref r, ilit lit) {
  const struct clause *c = clause_at (s, r);
  o->redundant |= c->redundant;
  bool subsumes = true;
  ilit other;
  s->stats.ticks++;
  for_lits (other, c) {
    if (!(s->marks[other] & CANDIDATE) && root_value (s, other) >= 0)
      subsumes = false;
    if (other != lit)
      see (s, v, other);
  }
  if (subsumes) {
    o->subsumed = true;
    o->subsuming = r;
  }
}

static void see_binary (struct solver *s, struct vivifier *v, struct outcome *o,
                        ref r, ilit lit, ilit other) {
  if ((s->marks[lit] & CANDIDATE) && (s->marks[other] & CANDIDATE)) {
    o->subsumed = true;
    o->subsuming = r;
  }
  see (s, v, other);
}

// Resolves backwards until only decisions are left; their negations, and the
// implied literal if there is one, go to 's->clause'.
static void analyze (struct solver *s, struct vivifier *v, ref candidate,
                     struct outcome *o) {
  assert (vec_empty (&v->seen) && vec_empty (&v->roots));
  vec_clear (&s->clause);
  if (o->implied != INVALID_LIT) {
    vec_push (&s->clause, o->implied);
    see (s, v, o->implied);
  } else if (!o->conflict) {
    ilit lit;
    for_lits (lit, clause_at (s, candidate))
      see (s, v, lit);
  } else if (s->conflict.ref & BINARY_BIT) {
    see (s, v, s->conflict.lits[0]);
    see_binary (s, v, o, s->conflict.ref, s->conflict.lits[0],
                s->conflict.lits[1]);
  } else
    see_clause (s, v, o, s->conflict.ref, INVALID_LIT);
  for (size_t i = 0; i != v->seen.size && !o->subsumed; i++) {
    const ilit seen = v->seen.data[i];
    const ilit lit = s->values[seen] > 0 ? seen : NOT (seen);
    const struct assigned *a = s->assigned + IDX (lit);
    if (a->reason == INVALID_REF)
      vec_push (&s->clause, NOT (lit));
    else if (a->reason & BINARY_BIT)
      see_binary (s, v, o, a->reason, lit, a->other);
    else
      see_clause (s, v, o, a->reason, lit);
  }
}

static int compare_u64 (const void *p, const void *q) {
  const uint64_t a = *(const uint64_t *)p, b = *(const uint64_t *)q;
  return (a > b) - (a < b);
}

// Pushes the units and reasons that the analysis met, in trail order, and the
// clause at the end.
//
//   flipped    decision that the candidate is the reason of, or INVALID_LIT
static void push_hints (struct solver *s, struct vivifier *v, ref candidate,
                        ilit flipped, ref last) {
  if (!s->proving)
    return;
  for_vec (ilit, lit, &v->roots)
    chain_push_unit (s, *lit);
  vec_clear (&v->order);
  for_vec (ilit, lit, &v->seen) {
    const struct assigned *a = s->assigned + IDX (*lit);
    if (a->reason != INVALID_REF || IDX (*lit) == IDX (flipped))
      vec_push (&v->order, (uint64_t)a->trail << 32 | IDX (*lit));
  }
  if (v->order.size)
    qsort (v->order.data, v->order.size, sizeof *v->order.data, compare_u64);
  for_vec (uint64_t, key, &v->order) {
    const unsigned idx = (uint32_t)*key;
    const ref reason = s->assigned[idx].reason;
    chain_push (s, ref_id (s, reason == INVALID_REF ? candidate : reason));
  }
  if (last != INVALID_REF)
    chain_push (s, ref_id (s, last));
}

// ----------------------------------------------------------------- results

static void count_vivified (struct solver *s, struct vivifier *v) {
  struct simp_stats *stats = &s->simp->stats;
  v->vivified++;
  switch (v->kind) {
  case TIER1:
    stats->vivified_tier1++;
    break;
  case TIER2:
    stats->vivified_tier2++;
    break;
  case TIER3:
    stats->vivified_tier3++;
    break;
  default:
    stats->vivified_irredundant++;
  }
}

// Puts the clause of n literals that follows by the chain in the candidate's
// place.
static void replace (struct solver *s, ref r, const ilit *lits, unsigned n) {
  const unsigned before = clause_at (s, r)->size;
  const bool redundant = clause_at (s, r)->redundant;
  s->simp->stats.vivified_shortened++;
  s->simp->stats.vivified_lits += before - n;
  if (n > 2) {
    detach (s, r);
    clause_shorten (s, clause_at (s, r), lits, n);
    attach (s, r);
    restore_watches (s, r);
    return;
  }
  backtrack (s, 0);
  clause_derive (s, lits, n, redundant, 1);
  clause_delete (s, clause_at (s, r));
  if (n == 1) {
    s->simp->stats.vivified_units++;
    propagate_root (s);
  }
}

// Deletes the candidate; an irredundant one leaves its role to the other.
static void subsume (struct solver *s, ref r, ref by) {
  struct clause *c = clause_at (s, r);
  if (!(by & BINARY_BIT)) {
    struct clause *d = clause_at (s, by);
    if (d->redundant && !c->redundant)
      clause_promote (s, d);
    else if (d->redundant && c->glue < d->glue)
      d->glue = c->glue;
  }
  clause_delete (s, c);
  s->simp->stats.vivified_subsumed++;
}

// Assumes the last literal true instead, with all others false: if that fails
// it can be removed.
static bool instantiate (struct solver *s, struct vivifier *v, ref r) {
  if (!s->simp->opts.vivify_instantiate)
    return false;
  const ilit lit = vec_pop (&v->sorted);
  backtrack (s, decision_level (s) - 1);
  assume_decision (s, lit);
  struct outcome o = {.implied = INVALID_LIT};
  o.conflict = !propagate_ignoring (s, r);
  bool res = o.conflict;
  if (res) {
    analyze (s, v, r, &o);
    // The candidate's root-false literals are needed for its own step.
    ilit other;
    for_lits (other, clause_at (s, r))
      if (root_value (s, other) < 0)
        see (s, v, other);
    push_hints (s, v, r, lit, s->conflict.ref);
    reset_seen (s, v);
  }
  backtrack (s, decision_level (s) - 1);
  if (res) {
    replace (s, r, v->sorted.data, v->sorted.size);
    s->simp->stats.vivified_instantiated++;
  }
  return res;
}

// Draws the consequences of the analysis.
static bool conclude (struct solver *s, struct vivifier *v, ref r,
                      const struct outcome *o) {
  struct clause *c = clause_at (s, r);
  const bool implied = o->implied != INVALID_LIT;
  if (o->subsumed)
    subsume (s, r, o->subsuming);
  else if (s->clause.size < v->sorted.size) {
    push_hints (s, v, r, INVALID_LIT,
                implied       ? INVALID_REF
                : o->conflict ? s->conflict.ref
                              : r);
    replace (s, r, s->clause.data, s->clause.size);
  } else if ((implied && c->redundant) ||
             ((implied || o->conflict) && !c->redundant && !o->redundant)) {
    clause_delete (s, c);
    s->simp->stats.vivified_implied++;
  } else
    return false;
  return true;
}

// ------------------------------------------------------------- assumptions

static void sort_literals (struct vivifier *v) {
  vec_clear (&v->order);
  for_vec (ilit, lit, &v->sorted)
    vec_push (&v->order, (uint64_t)~literal_key (v, *lit) << 32 | *lit);
  qsort (v->order.data, v->order.size, sizeof *v->order.data, compare_u64);
  for (size_t i = 0; i != v->order.size; i++)
    v->sorted.data[i] = (ilit)v->order.data[i];
}

// Keeps the decisions that are a prefix of the ones wanted.
//
//   returns    how many of the sorted literals are false then
static size_t reuse (struct solver *s, struct vivifier *v) {
  unsigned level = 0;
  size_t i = 0;
  for (; i != v->sorted.size && level != decision_level (s); i++) {
    const ilit lit = v->sorted.data[i];
    if (s->levels.data[level].decision == NOT (lit))
      level++;
    else if (s->values[lit] >= 0 || level_of (s, lit) > level)
      break;
  }
  backtrack (s, level);
  s->simp->stats.vivify_reused += level;
  return i;
}

// A literal of the candidate that is true, the one assigned first.
static ilit first_true (const struct solver *s, const struct vivifier *v) {
  ilit res = INVALID_LIT;
  for (size_t i = 0; i != v->sorted.size; i++) {
    const ilit lit = v->sorted.data[i];
    if (s->values[lit] > 0 &&
        (res == INVALID_LIT ||
         s->assigned[IDX (lit)].trail < s->assigned[IDX (res)].trail))
      res = lit;
  }
  return res;
}

// Whether propagation from 'before' on made a literal of the candidate true.
static bool implies (const struct solver *s, uint32_t before) {
  for (uint32_t i = before; i != s->trail_size; i++)
    if (s->marks[s->trail[i]] & CANDIDATE)
      return true;
  return false;
}

static void assume_all (struct solver *s, struct vivifier *v, ref r,
                        struct outcome *o) {
  for (size_t i = reuse (s, v); i != v->sorted.size; i++) {
    const ilit lit = v->sorted.data[i];
    if (s->values[lit] > 0)
      break;
    if (s->values[lit])
      continue;
    const uint32_t before = s->trail_size;
    assume_decision (s, NOT (lit));
    s->simp->stats.vivify_assumed++;
    o->conflict = !propagate_ignoring (s, r);
    if (o->conflict)
      return;
    if (implies (s, before))
      break;
  }
  o->implied = first_true (s, v);
}

// The candidate must not be a reason, for it is not to take part.
static void unassign_implied (struct solver *s, ref r) {
  const struct clause *c = clause_at (s, r);
  for (int i = 0; i != 2; i++) {
    const ilit lit = c->lits[i];
    if (s->values[lit] > 0 && s->assigned[IDX (lit)].reason == r)
      backtrack (s, level_of (s, lit) - 1);
  }
}

static void mark_sorted (struct solver *s, const struct vivifier *v,
                         uint8_t mark) {
  for (size_t i = 0; i != v->sorted.size; i++)
    s->marks[v->sorted.data[i]] = mark;
}

// Collects the literals that are not root-false.
//
//   returns    false if there is nothing to try
static bool collect_literals (struct solver *s, struct vivifier *v, ref r) {
  struct clause *c = clause_at (s, r);
  vec_clear (&v->sorted);
  if (c->garbage)
    return false;
  ilit lit;
  for_lits (lit, c) {
    const int8_t value = root_value (s, lit);
    if (value > 0) {
      clause_delete (s, c);
      return false;
    }
    if (!value)
      vec_push (&v->sorted, lit);
  }
  return v->sorted.size > 2;
}

static bool vivify_clause (struct solver *s, struct vivifier *v, ref r) {
  if (!collect_literals (s, v, r))
    return false;
  v->tried++;
  unassign_implied (s, r);
  sort_literals (v);
  mark_sorted (s, v, CANDIDATE);
  struct outcome o = {.implied = INVALID_LIT};
  assume_all (s, v, r, &o);
  const unsigned level = decision_level (s);
  analyze (s, v, r, &o);
  mark_sorted (s, v, 0);
  bool res = conclude (s, v, r, &o);
  reset_seen (s, v);
  if (!res && !o.conflict && o.implied == INVALID_LIT)
    res = instantiate (s, v, r);
  if (o.conflict && decision_level (s) == level)
    backtrack (s, level - 1);
  if (s->unsat)
    return true;
  restore (s, r);
  return res;
}

// ------------------------------------------------------------------ rounds

static void run_round (struct solver *s, struct vivifier *v) {
  v->tried = v->vivified = 0;
  schedule (s, v);
  while (!vec_empty (&v->schedule) && !s->unsat) {
    if (s->stats.ticks > v->limit || core_stopping (s))
      break;
    const ref r = vec_pop (&v->schedule).ref;
    if (vivify_clause (s, v, r))
      count_vivified (s, v);
    clause_at (s, r)->vivify = false;
  }
  backtrack (s, 0);
  s->simp->stats.vivify_tried += v->tried;
}

// Divides the budget; a tier without clauses of its own gives its share away.
static void get_shares (const struct solver *s, double shares[4]) {
  struct simp *simp = s->simp;
  const struct simp_options *opts = &simp->opts;
  shares[IRREDUNDANT] =
      delaying (&simp->vivify_irredundant) ? 0 : opts->vivify_irredundant;
  shares[TIER1] = s->redundant ? opts->vivify_tier1 : 0;
  shares[TIER2] = s->redundant ? opts->vivify_tier2 : 0;
  shares[TIER3] = s->redundant ? opts->vivify_tier3 : 0;
  if (s->tier1[0] >= s->tier2[0]) {
    shares[TIER1] += shares[TIER2];
    shares[TIER2] = 0;
  }
}

static void run_rounds (struct solver *s, struct vivifier *v, uint64_t budget) {
  static const enum kind kinds[4] = {TIER1, TIER2, TIER3, IRREDUNDANT};
  double shares[4], sum = 0;
  get_shares (s, shares);
  for (int i = 0; i != 4; i++)
    sum += shares[i];
  v->limit = s->stats.ticks;
  for (int i = 0; i != 4 && !s->unsat && !core_stopping (s); i++) {
    v->kind = kinds[i];
    if (shares[v->kind] <= 0)
      continue;
    v->limit += budget * (shares[v->kind] / sum);
    run_round (s, v);
    if (v->kind == IRREDUNDANT)
      delay_update (&s->simp->vivify_irredundant,
                    v->vivified * 100 >= v->tried);
  }
}

bool simp_vivify (struct solver *s) {
  struct simp *simp = s->simp;
  if (!simp->opts.vivify)
    return true;
  const uint64_t before = s->stats.ticks;
  const uint64_t budget = simp_budget (s, simp->opts.vivify_effort);
  // Counting and sorting alone would cost more.
  if (budget < (s->irredundant + s->redundant) / 4)
    return true;
  simp->stats.vivifications++;
  struct vivifier v = {0};
  v.counts = mem_calloc (2 * (size_t)s->vars, sizeof *v.counts);
  count_literals (s, &v);
  run_rounds (s, &v, budget);
  mem_free (v.counts);
  vec_fini (&v.schedule);
  vec_fini (&v.sorted);
  vec_fini (&v.order);
  vec_fini (&v.seen);
  vec_fini (&v.roots);
  simp->stats.vivify_ticks += s->stats.ticks - before;
  return propagate_root (s);
}
