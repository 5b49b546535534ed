// check.c - whole structures, for tests and debug builds at quiet points.
// Idea     what every file promises about its part of the solver, compared with
//          what the other parts say
// Needs    nothing to propagate; scratch marks unused
#include "core/solver.h"

#include "base/fatal.h"

#ifndef NDEBUG

#define CHECK(COND, ...)                                                       \
  do {                                                                         \
    if (!(COND))                                                               \
      fatal ("core_check: " __VA_ARGS__);                                      \
  } while (0)

static unsigned num_watches (const struct solver *s, ilit lit, ilit blit,
                             ref r) {
  unsigned res = 0;
  for_watches (w, s, lit)
    res += w->ref == r && (blit == INVALID_LIT || w->blit == blit);
  return res;
}

// A false watch needs a true one beside it, assigned no later.
static void check_watched (const struct solver *s, const struct clause *c) {
  const ref r = clause_ref (s, c);
  for (int i = 0; i != 2; i++) {
    const ilit lit = c->lits[i], other = c->lits[!i];
    const unsigned n = num_watches (s, lit, INVALID_LIT, r);
    CHECK (n == 1, "clause %u has %u watches at literal %d", r, n,
           elit_of (s, lit));
    if (s->values[lit] >= 0 || s->values[other] > 0)
      continue;
    bool satisfied = false;
    ilit l;
    for_lits (l, c)
      satisfied |= s->values[l] > 0;
    CHECK (satisfied, "clause %u has the false watch %d", r, elit_of (s, lit));
  }
}

static void check_clauses (const struct solver *s) {
  uint64_t irredundant = 0, redundant = 0, lits = 0;
  for_clauses (c, s) {
    if (c->garbage)
      continue;
    CHECK (c->size > 2, "large clause of size %u", c->size);
    CHECK (2 <= c->pos && c->pos < c->size, "position %u of %u", c->pos,
           c->size);
    CHECK (!c->redundant || clause_ref (s, c) >= s->first_redundant,
           "redundant clause before %u", s->first_redundant);
    redundant += c->redundant;
    irredundant += !c->redundant;
    lits += c->redundant ? 0 : c->size;
    if (s->watching)
      check_watched (s, c);
  }
  CHECK (irredundant == s->irredundant && redundant == s->redundant &&
             lits == s->irredundant_lits,
         "counters of clauses differ");
}

static void check_binaries (const struct solver *s) {
  uint64_t sides = 0;
  for_ilits (lit, s)
    for_watches (w, s, lit) {
      if (!(w->ref & BINARY_BIT))
        continue;
      sides++;
      CHECK (num_watches (s, lit, w->blit, w->ref) ==
                 num_watches (s, w->blit, lit, w->ref),
             "half a binary clause (%d, %d)", elit_of (s, lit),
             elit_of (s, w->blit));
      CHECK (s->values[lit] >= 0 || s->values[w->blit] > 0,
             "binary clause (%d, %d) not propagated", elit_of (s, lit),
             elit_of (s, w->blit));
    }
  CHECK (sides == 2 * s->binaries, "counter of binary clauses differs");
}

static void check_trail (const struct solver *s) {
  CHECK (s->propagated == s->trail_size, "trail not propagated");
  for (uint32_t i = 0; i != s->trail_size; i++) {
    const ilit lit = s->trail[i];
    CHECK (s->values[lit] > 0 && s->values[NOT (lit)] < 0,
           "value of %d on the trail", elit_of (s, lit));
  }
}

static void check_variables (const struct solver *s) {
  uint64_t active = 0, assigned = 0;
  for_vars (idx, s) {
    const struct flags *f = s->flags + idx;
    CHECK (f->active + f->fixed + f->eliminated + f->substituted == 1,
           "state of variable %d", s->i2e.data[idx]);
    CHECK (!s->seen[idx] && !s->marks[LIT (idx)] && !s->marks[NOT (LIT (idx))],
           "marks of variable %d left", s->i2e.data[idx]);
    active += f->active;
    assigned += f->active && s->values[LIT (idx)];
  }
  CHECK (active == s->stats.active, "counter of active variables differs");
  CHECK (active - assigned == s->unassigned,
         "counter of unassigned variables differs");
}

static void check_pool (const struct solver *s) {
  size_t unused = 0, used = 0;
  for (size_t i = 0; i != s->pool.size; i++)
    unused += s->pool.data[i].ref == INVALID_REF;
  for_ilits (lit, s)
    used += s->watches[lit].size;
  CHECK (unused == s->pool.unused, "%zu free slots instead of %zu", unused,
         s->pool.unused);
  CHECK (used + unused == s->pool.size, "%zu slots in no list",
         s->pool.size - used - unused);
}

void core_check (struct solver *s) {
  check_trail (s);
  check_variables (s);
  check_clauses (s);
  check_binaries (s);
  check_pool (s);
}

#endif
