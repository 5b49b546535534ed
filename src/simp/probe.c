// probe.c - failed literals: what propagates to a conflict is false.
// Idea     only roots of the binary implication graph are probed, since all
//          that their successors imply they imply too
// Source   [Freeman-PhD'95], roots as in [LynceMarquesSilva-ICTAI'03]
// Differs  learns the unique implication point; no hyper-binary resolvents
// Budget   failed_effort per mille of search ticks; a root is probed again only
//          after new units
// Needs    level 0, watches attached; leaves both so
// Proof    unit clauses with the reasons between implication point and conflict
// Read     simp_probe, probe, analyze, implication_point
// Example  (-a b) (-a c) (-b -c d) (-b -c -d): the root a propagates b, c and d
//          to a conflict and no other literal alone does, which leaves
//          (-a) (-b -c d) (-b -c -d)
#include "simp/internal.h"

struct probing {
  ids reasons; // in reverse order of propagation
  ilits roots; // root-false literals met
  ilits seen;
  unsigned open; // literals of level 1 seen but not resolved
};

static bool has_binary (const struct solver *s, ilit lit) {
  return s->watches[lit].size && (watches_begin (s, lit)->ref & BINARY_BIT);
}

// A literal that implies others and is implied by none.
static bool is_root (const struct solver *s, ilit lit) {
  return !has_binary (s, lit) && has_binary (s, NOT (lit));
}

static void see (struct solver *s, struct probing *p, ilit lit) {
  const unsigned idx = IDX (lit);
  if (s->seen[idx] & SEEN_ANALYZED)
    return;
  s->seen[idx] |= SEEN_ANALYZED;
  vec_push (&p->seen, lit);
  if (level_of (s, lit))
    p->open++;
  else
    vec_push (&p->roots, lit);
}

static void see_others (struct solver *s, struct probing *p, ilit lit, ref r,
                        ilit other) {
  if (r & BINARY_BIT) {
    see (s, p, other);
    return;
  }
  ilit l;
  for_lits (l, clause_at (s, r))
    if (l != lit)
      see (s, p, l);
}

// The literal closest to the conflict that alone leads to it.
static ilit implication_point (struct solver *s, struct probing *p) {
  for (uint32_t i = s->trail_size;;) {
    const ilit lit = s->trail[--i];
    if (!(s->seen[IDX (lit)] & SEEN_ANALYZED))
      continue;
    if (p->open == 1)
      return lit;
    p->open--;
    const struct assigned *a = s->assigned + IDX (lit);
    vec_push (&p->reasons, s->proving ? ref_id (s, a->reason) : 0);
    see_others (s, p, lit, a->reason, a->other);
  }
}

static ilit analyze (struct solver *s, struct probing *p) {
  const struct conflict *conflict = &s->conflict;
  if (conflict->ref & BINARY_BIT)
    see (s, p, conflict->lits[0]);
  see_others (s, p, INVALID_LIT, conflict->ref, conflict->lits[1]);
  const ilit uip = implication_point (s, p);
  for_vec (ilit, lit, &p->roots)
    chain_push_unit (s, *lit);
  while (!vec_empty (&p->reasons))
    chain_push (s, vec_pop (&p->reasons));
  chain_push (s, s->proving ? ref_id (s, conflict->ref) : 0);
  for_vec (ilit, lit, &p->seen)
    s->seen[IDX (*lit)] &= ~SEEN_ANALYZED;
  vec_clear (&p->seen);
  vec_clear (&p->roots);
  p->open = 0;
  return uip;
}

static bool probe (struct solver *s, struct probing *p, ilit lit) {
  s->simp->stats.failed_probes++;
  assume_decision (s, lit);
  if (propagate (s)) {
    backtrack (s, 0);
    s->simp->probed.data[lit] = s->stats.fixed + 1;
    return true;
  }
  const ilit uip = analyze (s, p);
  backtrack (s, 0);
  learn_unit (s, NOT (uip));
  s->simp->stats.failed_literals++;
  return propagate_root (s);
}

static bool worth_probing (const struct solver *s, ilit lit) {
  return active (s, lit) && !s->values[lit] &&
         s->simp->probed.data[lit] <= s->stats.fixed && is_root (s, lit);
}

bool simp_probe (struct solver *s) {
  struct simp *simp = s->simp;
  if (!simp->opts.failed)
    return true;
  struct probing p = {0};
  const uint64_t before = s->stats.ticks;
  const uint64_t limit = before + simp_budget (s, simp->opts.failed_effort);
  vec_resize (&simp->probed, 2 * (size_t)s->vars);
  binaries_first (s);
  unsigned tried = 0;
  for (; tried != s->vars && !s->unsat; tried++) {
    if (s->stats.ticks > limit || (!(tried & 63) && core_stopping (s)))
      break;
    const unsigned idx = (simp->probe_next + tried) % s->vars;
    for (unsigned sign = 0; sign != 2 && !s->unsat; sign++)
      if (worth_probing (s, LIT (idx) + sign))
        probe (s, &p, LIT (idx) + sign);
  }
  if (s->vars)
    simp->probe_next = (simp->probe_next + tried) % s->vars;
  simp->stats.failed_ticks += s->stats.ticks - before;
  vec_fini (&p.reasons);
  vec_fini (&p.roots);
  vec_fini (&p.seen);
  return !s->unsat;
}
