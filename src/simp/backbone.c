// backbone.c - literals that every model of the binary clauses makes true.
// Idea     a literal that implies a contradiction by binary clauses is false;
//          literals implied by an earlier probe without contradiction need no
//          probing of their own, those it makes false wait for the next round
// Source   [FroleyksYuBiere-FMCAD'23]
// Differs  learns the clash's dominator, propagates it over all clauses at once
// Budget   backbone_effort per mille of search ticks; backbone_rounds
// Needs    level 0, watches attached; leaves both so
// Proof    unit clauses with two paths of binary clauses as hints
// Read     simp_backbone, round_of, probe; the trees are in implied.c
// Example  (-a b) (-b c) (-b d) (-c -d): a implies b, and b both d and -d; b is
//          the dominator, so the unit -b is learned and -a follows, which
//          leaves (-a) (-b) (-c -d)
#include "simp/internal.h"

struct backbone {
  ilits probes;
  struct implied_tree tree;
  uint64_t limit_ticks;
  bool stop;
};

static bool implies_something (const struct solver *s, ilit lit) {
  const ilit not_lit = NOT (lit);
  return s->watches[not_lit].size &&
         (watches_begin (s, not_lit)->ref & BINARY_BIT);
}

// Goes on where the last call ran out of budget.
static void schedule (const struct solver *s, ilits *probes) {
  for_vars (i, s) {
    const unsigned idx = (i + s->simp->backbone_next) % s->vars;
    if (!s->flags[idx].active)
      continue;
    for (unsigned sign = 0; sign != 2; sign++)
      if (implies_something (s, LIT (idx) + sign))
        vec_push (probes, LIT (idx) + sign);
  }
}

// Assumes one literal on top of the earlier ones.
//
//   returns    false if the formula became unsatisfiable
static bool probe (struct solver *s, struct backbone *b, ilit lit) {
  const size_t before = b->tree.nodes.size;
  struct implied_clash clash;
  implied_root (s, &b->tree, lit);
  if (implied_close (s, &b->tree, &clash))
    return true;
  const uint32_t dominator = implied_dominator (&b->tree, &clash);
  // A clash with an earlier probe would have made this one false before.
  assert (dominator != UINT32_MAX);
  if (dominator != UINT32_MAX) {
    implied_learn (s, &b->tree, &clash, dominator);
    s->simp->stats.backbone_units++;
  }
  implied_shrink (s, &b->tree, before);
  return propagate_root (s);
}

static void check_limits (struct solver *s, struct backbone *b) {
  if (b->tree.ticks > b->limit_ticks || core_stopping (s))
    b->stop = true;
}

// One pass over the probes; those made false by others are kept.
static bool round_of (struct solver *s, struct backbone *b) {
  size_t kept = 0;
  const size_t size = b->probes.size;
  s->simp->stats.backbone_rounds++;
  for (size_t i = 0; i != size && !s->unsat; i++) {
    const ilit lit = b->probes.data[i];
    if (s->values[lit] || (s->marks[lit] & IMPLIED))
      continue;
    if (!b->stop && !(i & 63))
      check_limits (s, b);
    if (b->stop || (s->marks[NOT (lit)] & IMPLIED))
      b->probes.data[kept++] = lit;
    else
      probe (s, b, lit);
  }
  b->probes.size = kept;
  implied_shrink (s, &b->tree, 0);
  return !s->unsat;
}

bool simp_backbone (struct solver *s) {
  struct simp *simp = s->simp;
  if (!simp->opts.backbone)
    return true;
  simp->stats.backbones++;
  struct backbone b = {0};
  b.limit_ticks = simp_budget (s, simp->opts.backbone_effort);
  binaries_first (s);
  schedule (s, &b.probes);
  for (int64_t round = simp->opts.backbone_rounds;
       round && !vec_empty (&b.probes) && !b.stop && round_of (s, &b); round--)
    ;
  if (!vec_empty (&b.probes))
    simp->backbone_next = IDX (b.probes.data[0]);
  s->stats.ticks += b.tree.ticks;
  simp->stats.backbone_ticks += b.tree.ticks;
  vec_fini (&b.probes);
  implied_fini (&b.tree);
  return !s->unsat;
}
