// transitive.c - remove binary clauses that a path of others implies.
// Idea     the edge a -> b is redundant if b is reached from a without it
// Source   [AhoGareyUllman-SICOMP'72]; in SAT [HeuleJarvisaloBiere-SAT'11]
// Differs  one traversal per literal filters the edges that a second one, per
//          edge, then proves redundant, so that cycles do no harm
// Budget   transitive_effort per mille of search ticks
// Needs    level 0, watches attached; leaves both so
// Proof    deletions only; a failed literal met on the way becomes a unit
// Read     simp_transitive, reduce: filter, fails, reachable
// Example  (-a b) (-b c) (-c d) (-a d): d is reached from a by b and c, which
//          leaves the first three
#include "simp/internal.h"

enum { TARGET = 4, HIT = 8 }; // marks

struct transitive {
  struct implied_tree tree;
  ilits targets; // successors of the root
  ilits hits;    // those reached once more
  uint64_t limit_ticks;
};

static const struct watch *successors (const struct solver *s, ilit lit,
                                       const struct watch **end) {
  *end = watches_end (s, NOT (lit));
  return watches_begin (s, NOT (lit));
}

static uint64_t visit_ticks (const struct solver *s, ilit lit) {
  return 1 + s->watches[NOT (lit)].size * sizeof (struct watch) / 64;
}

#define for_successors(W, S, LIT)                                              \
  for (const struct watch *W##_end, *W = successors (S, LIT, &W##_end);        \
       W != W##_end && (W->ref & BINARY_BIT); W++)

static void visit (struct solver *s, struct implied_tree *t, ilit lit) {
  const struct implied node = {lit, UINT32_MAX, INVALID_REF};
  s->marks[lit] |= IMPLIED;
  vec_push (&t->nodes, node);
}

// Finds the successors of 'root' that a longer path seems to reach as well.
static void filter (struct solver *s, struct transitive *t, ilit root) {
  vec_clear (&t->targets);
  vec_clear (&t->hits);
  for_successors (w, s, root) {
    if (s->values[w->blit] || (s->marks[w->blit] & TARGET))
      continue;
    s->marks[w->blit] |= TARGET;
    vec_push (&t->targets, w->blit);
    visit (s, &t->tree, w->blit);
  }
  s->marks[root] |= IMPLIED;
  for (; t->tree.next != t->tree.nodes.size; t->tree.next++) {
    const ilit lit = t->tree.nodes.data[t->tree.next].lit;
    t->tree.ticks += visit_ticks (s, lit);
    for_successors (w, s, lit) {
      const uint8_t mark = s->marks[w->blit];
      if ((mark & TARGET) && !(mark & HIT)) {
        s->marks[w->blit] |= HIT;
        vec_push (&t->hits, w->blit);
      }
      if (!(mark & IMPLIED) && !s->values[w->blit])
        visit (s, &t->tree, w->blit);
    }
  }
  s->marks[root] &= ~IMPLIED;
  for_vec (ilit, lit, &t->targets)
    s->marks[*lit] &= ~(TARGET | HIT);
  implied_shrink (s, &t->tree, 0);
}

// Whether 'to' is reached from 'root' without using their own clause.
static bool reachable (struct solver *s, struct transitive *t, ilit root,
                       ilit to) {
  bool found = false;
  visit (s, &t->tree, root);
  for (; !found && t->tree.next != t->tree.nodes.size; t->tree.next++) {
    const ilit lit = t->tree.nodes.data[t->tree.next].lit;
    t->tree.ticks += visit_ticks (s, lit);
    for_successors (w, s, lit) {
      if (w->blit == to) {
        found = lit != root;
        if (found)
          break;
      } else if (!(s->marks[w->blit] & IMPLIED) && !s->values[w->blit])
        visit (s, &t->tree, w->blit);
    }
  }
  implied_shrink (s, &t->tree, 0);
  return found;
}

static ref slot_of (const struct solver *s, ilit lit, ilit other) {
  const struct watch *w = watches_begin (s, lit);
  while (!(w->ref & BINARY_BIT) || w->blit != other)
    w++;
  return w->ref;
}

// A contradiction below 'root' would make each of its edges redundant.
static bool fails (struct solver *s, struct transitive *t, ilit root) {
  struct implied_clash clash;
  implied_root (s, &t->tree, root);
  const bool failed = !implied_close (s, &t->tree, &clash);
  if (failed) {
    implied_learn (s, &t->tree, &clash, implied_dominator (&t->tree, &clash));
    s->simp->stats.transitive_units++;
  }
  implied_shrink (s, &t->tree, 0);
  return failed;
}

static void reduce (struct solver *s, struct transitive *t, ilit root) {
  const ilit not_root = NOT (root);
  t->tree.ticks += visit_ticks (s, root);
  filter (s, t, root);
  if (vec_empty (&t->hits))
    return;
  if (fails (s, t, root)) {
    propagate_root (s);
    return;
  }
  for_vec (ilit, to, &t->hits) {
    if (t->tree.ticks > t->limit_ticks)
      break;
    // The contrapositive edge is the same clause: treat it once.
    if (*to < not_root || !reachable (s, t, root, *to))
      continue;
    binary_delete (s, not_root, *to, slot_of (s, not_root, *to));
    s->simp->stats.transitive_reduced++;
  }
}

bool simp_transitive (struct solver *s) {
  struct simp *simp = s->simp;
  if (!simp->opts.transitive)
    return true;
  struct transitive t = {0};
  t.limit_ticks = simp_budget (s, simp->opts.transitive_effort);
  binaries_first (s);
  unsigned tried = 0;
  for (; tried != s->vars && !s->unsat; tried++) {
    if (t.tree.ticks > t.limit_ticks || (!(tried & 63) && core_stopping (s)))
      break;
    const unsigned idx = (simp->transitive_next + tried) % s->vars;
    for (ilit lit = LIT (idx); lit <= LIT (idx) + 1 && !s->unsat; lit++)
      if (s->flags[idx].active && !s->values[lit])
        reduce (s, &t, lit);
  }
  if (s->vars)
    simp->transitive_next = (simp->transitive_next + tried) % s->vars;
  s->stats.ticks += t.tree.ticks;
  simp->stats.transitive_ticks += t.tree.ticks;
  vec_fini (&t.targets);
  vec_fini (&t.hits);
  implied_fini (&t.tree);
  return !s->unsat;
}
