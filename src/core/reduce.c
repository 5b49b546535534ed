// reduce.c - forget the learned clauses that look least useful.
// Idea     clauses of low glue that were used lately stay; of the others the
//          larger part goes, worst glue first, then longest; the glue limits
//          follow the glue of the clauses that conflicts actually use
// Source   [AudemardSimon-IJCAI'09], [Oh-SAT'15]; limits from observed use
//          [BiereFallerFazekasEtAl-SC'24]
// Budget   linear, and n log n in the candidates
// Needs    any level; reasons are protected
// Proof    deletions only
// Read     reduce, collect_candidates, delete_worst; update_tiers
// Example  candidates of glue 9, 7, 7 and 4 and of size 12, 20, 15 and 30, half
//          of them to go: the first two
#include "core/internal.h"

#include <math.h>
#include <stdlib.h>

#define TIER1_SHARE 0.5 // of all uses lie at or below the limit of tier 1
#define TIER2_SHARE 0.9

static void compute_tiers (struct solver *s) {
  const uint64_t *used = s->used_glue[s->stable];
  uint64_t total = 0, sum = 0;
  for (unsigned glue = 0; glue != 64; glue++)
    total += used[glue];
  if (!total)
    return;
  unsigned glue = 0;
  while ((sum += used[glue]) < TIER1_SHARE * total)
    glue++;
  s->tier1[s->stable] = glue ? glue : 1;
  while (sum < TIER2_SHARE * total)
    sum += used[++glue];
  s->tier2[s->stable] = glue;
}

// Recomputed after 2, 4, 8, ... conflicts, later every 65536.
void update_tiers (struct solver *s) {
  if (s->stats.conflicts < s->limits.tiers)
    return;
  if (s->tier_interval < 1u << 16)
    s->tier_interval = s->tier_interval ? 2 * s->tier_interval : 2;
  s->limits.tiers = s->stats.conflicts + s->tier_interval;
  compute_tiers (s);
}

bool reducing (struct solver *s) {
  return s->redundant && s->stats.conflicts >= s->limits.reduce;
}

static void protect_reasons (struct solver *s, bool protect) {
  for (uint32_t i = 0; i != s->trail_size; i++) {
    const ref r = s->assigned[IDX (s->trail[i])].reason;
    if (r != INVALID_REF && !(r & BINARY_BIT))
      clause_at (s, r)->reason = protect;
  }
}

struct candidate {
  uint64_t rank; // large: reduce first
  ref ref;
};

typedef VEC (struct candidate) candidates;

static void collect_candidates (struct solver *s, candidates *res) {
  const unsigned tier1 = s->tier1[s->stable], tier2 = s->tier2[s->stable];
  ref r = s->first_redundant;
  if (r >= s->arena.size)
    return;
  for (struct clause *c = clause_at (s, r), *end = clause_end (s); c != end;
       c = clause_next (s, c)) {
    if (!c->redundant || c->garbage)
      continue;
    const unsigned used = c->used;
    if (used)
      c->used--;
    if (c->reason || (c->glue <= tier1 && used) ||
        (c->glue <= tier2 && used >= MAX_USED - 1))
      continue;
    const struct candidate candidate = {(uint64_t)c->glue << 32 | c->size,
                                        clause_ref (s, c)};
    vec_push (res, candidate);
  }
}

static int compare_candidates (const void *p, const void *q) {
  const struct candidate *a = p, *b = q;
  if (a->rank != b->rank)
    return a->rank < b->rank ? 1 : -1;
  return (a->ref > b->ref) - (a->ref < b->ref); // older first
}

static void delete_worst (struct solver *s, candidates *all) {
  const double high = s->opts.reduce_high, low = s->opts.reduce_low;
  double share = low;
  if (low < high)
    share = high - (high - low) / core_logn (s->stats.reductions);
  size_t target = all->size * share / 1000;
  for_vec (struct candidate, p, all) {
    if (!target--)
      break;
    clause_delete (s, clause_at (s, p->ref));
    s->stats.reduced++;
  }
}

void reduce (struct solver *s) {
  s->stats.reductions++;
  compute_tiers (s);
  candidates all = {0};
  protect_reasons (s, true);
  collect_candidates (s, &all);
  if (all.size)
    qsort (all.data, all.size, sizeof *all.data, compare_candidates);
  delete_worst (s, &all);
  vec_fini (&all);
  collect_garbage (s);
  protect_reasons (s, false);
  s->limits.reduce =
      s->stats.conflicts + s->opts.reduce_interval * sqrt (s->stats.reductions);
  s->last_reduce = s->stats.conflicts;
}
