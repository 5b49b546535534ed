// mini.c - a small CDCL solver for sub-problems.
// Idea     emptying takes time by what was used, every learned clause remembers
//          what it was derived from, and models can be changed by flips
// Source   the sub-solver Kitten in [BiereFleury-SC'22]; decisions by VMTF
//          [BiereFrohlich-SAT'15]
// Differs  antecedents are kept in propagation order, so that they are LRAT
//          hints as they stand; assignments of level 0 are unit clauses
// Budget   the caller's, per call; neither restarts nor reductions
// Needs    clauses without duplicate or complementary literals
// Proof    none of its own: the caller copies 'mini_line' by 'mini_core'
// Read     mini_add, mini_solve, search, learn; then mini_core and mini_line
// Example  clauses 0 (a b), 1 (-a b), 2 (a -b), 3 (-a -b): the decision b leads
//          to 4 (-b) by 2 and 3, then come 5 (a) by 4 and 0, and the empty
//          clause 6 by 5, 4 and 1; its core is all seven
#include "simp/mini.h"

#include <assert.h>
#include <stdlib.h>

#include "base/rng.h"
#include "base/vec.h"

// A clause in the arena, at 'ref':
//
//   word    0       1     2          3 ...     3 + size ...
//           number  size  num_hints  literals  hints
enum { NUMBER, SIZE, HINTS, LITS };

#define NONE UINT32_MAX
#define BINARY 0x80000000u // in the ref of a watch

// Clause 'ref'.  No blocking literals: problems fit the cache, and a model in
// which every clause watches a true literal is what flips need.
struct watching {
  uint32_t ref, other; // 'other': of a binary clause
};

typedef VEC (struct watching) watching_vec;
typedef VEC (uint32_t) words;

struct variable {
  uint32_t outer; // the caller's variable
  uint32_t level, trail, reason;
  uint32_t prev, next, stamp; // decision queue
  int8_t phase;
  bool seen;
};

struct mini {
  words inner; // by the caller's variable: index + 1, or 0
  uint32_t size, capacity;
  struct variable *vars;
  int8_t *values;        // by literal
  watching_vec *watches; // by literal

  words arena;
  words refs;  // by number
  words units; // refs of the unit clauses added

  uint32_t first, last, search, stamp; // queue
  words trail, levels;                 // levels: trail size when opened
  uint32_t propagated;
  words assumptions;
  uint32_t final; // number, or NONE
  uint32_t empty; // number of the empty clause, or NONE

  words clause, hints, seen, resolved, removed; // analysis
  words core, out_lits;
  VEC (bool) in_core;
  VEC (uint64_t) bumped;
  struct rng rng;
  uint64_t ticks;
};

static void clear_queue (struct mini *m) {
  m->first = m->last = m->search = NONE;
  m->stamp = 0;
  m->final = m->empty = NONE;
}

struct mini *mini_new (uint64_t seed) {
  struct mini *m = mem_calloc (1, sizeof *m);
  rng_init (&m->rng, seed);
  clear_queue (m);
  return m;
}

void mini_free (struct mini *m) {
  for (uint32_t lit = 0; lit != 2 * m->capacity; lit++)
    vec_fini (m->watches + lit);
  mem_free (m->vars);
  mem_free (m->values);
  mem_free (m->watches);
  words *all[] = {&m->inner, &m->arena,   &m->refs,        &m->units,
                  &m->trail, &m->levels,  &m->assumptions, &m->clause,
                  &m->hints, &m->seen,    &m->resolved,    &m->removed,
                  &m->core,  &m->out_lits};
  for (size_t i = 0; i != sizeof all / sizeof *all; i++)
    vec_fini (all[i]);
  vec_fini (&m->in_core);
  vec_fini (&m->bumped);
  mem_free (m);
}

void mini_clear (struct mini *m) {
  for (uint32_t idx = 0; idx != m->size; idx++)
    m->inner.data[m->vars[idx].outer] = 0;
  for (uint32_t lit = 0; lit != 2 * m->size; lit++)
    vec_clear (m->watches + lit);
  m->size = 0;
  vec_clear (&m->arena);
  vec_clear (&m->refs);
  vec_clear (&m->units);
  vec_clear (&m->trail);
  vec_clear (&m->levels);
  vec_clear (&m->assumptions);
  m->propagated = 0;
  clear_queue (m);
}

// -------------------------------------------------------------- variables

static void reserve_variable (struct mini *m) {
  if (m->size < m->capacity)
    return;
  const uint32_t old = m->capacity, capacity = old ? 2 * old : 64;
  m->vars = mem_realloc (m->vars, capacity * sizeof *m->vars);
  m->values = mem_realloc (m->values, 2 * (size_t)capacity);
  m->watches =
      mem_realloc (m->watches, 2 * (size_t)capacity * sizeof *m->watches);
  memset (m->watches + 2 * old, 0,
          2 * (size_t)(capacity - old) * sizeof *m->watches);
  m->capacity = capacity;
}

static void enqueue (struct mini *m, uint32_t idx) {
  struct variable *v = m->vars + idx;
  v->prev = m->last;
  v->next = NONE;
  v->stamp = ++m->stamp;
  if (m->last == NONE)
    m->first = idx;
  else
    m->vars[m->last].next = idx;
  m->last = idx;
  if (!m->values[2 * idx])
    m->search = idx;
}

static void dequeue (struct mini *m, uint32_t idx) {
  const struct variable *v = m->vars + idx;
  if (m->search == idx)
    m->search = v->prev == NONE ? v->next : v->prev;
  if (v->prev == NONE)
    m->first = v->next;
  else
    m->vars[v->prev].next = v->next;
  if (v->next == NONE)
    m->last = v->prev;
  else
    m->vars[v->next].prev = v->prev;
}

static void new_variable (struct mini *m, uint32_t outer) {
  reserve_variable (m);
  const uint32_t idx = m->size++;
  m->vars[idx] = (struct variable){.outer = outer, .phase = 1};
  m->values[2 * idx] = m->values[2 * idx + 1] = 0;
  m->inner.data[outer] = idx + 1;
  enqueue (m, idx);
}

static uint32_t inner_lit (struct mini *m, uint32_t lit) {
  const uint32_t outer = lit / 2;
  if (m->inner.size <= outer)
    vec_resize (&m->inner, outer + 1);
  if (!m->inner.data[outer])
    new_variable (m, outer);
  return 2 * (m->inner.data[outer] - 1) + (lit & 1);
}

// NONE if the problem does not have it.
static uint32_t find_lit (const struct mini *m, uint32_t lit) {
  const uint32_t outer = lit / 2;
  if (m->inner.size <= outer || !m->inner.data[outer])
    return NONE;
  return 2 * (m->inner.data[outer] - 1) + (lit & 1);
}

static uint32_t outer_lit (const struct mini *m, uint32_t lit) {
  return 2 * m->vars[lit / 2].outer + (lit & 1);
}

// ---------------------------------------------------------------- clauses

static void push_all (words *to, const uint32_t *from, size_t n) {
  for (size_t i = 0; i != n; i++)
    vec_push (to, from[i]);
}

static void watch (struct mini *m, uint32_t lit, uint32_t other, uint32_t ref) {
  const struct watching w = {ref, other};
  vec_push (m->watches + lit, w);
}

// Adds 'm->clause' with 'm->hints'; the first two literals are watched.
static uint32_t new_clause (struct mini *m) {
  const uint32_t ref = m->arena.size, size = m->clause.size;
  const uint32_t head[] = {m->refs.size, size, m->hints.size};
  vec_push (&m->refs, ref);
  push_all (&m->arena, head, LITS);
  push_all (&m->arena, m->clause.data, size);
  push_all (&m->arena, m->hints.data, m->hints.size);
  if (size > 1) {
    const uint32_t *lits = m->clause.data, tag = size == 2 ? BINARY : 0;
    watch (m, lits[0], lits[1], ref | tag);
    watch (m, lits[1], lits[0], ref | tag);
  }
  m->ticks += 1 + (size + m->hints.size) / 16;
  return ref;
}

static uint32_t number (const struct mini *m, uint32_t ref) {
  return m->arena.data[ref + NUMBER];
}

uint32_t mini_add (struct mini *m, const uint32_t *lits, unsigned n) {
  vec_clear (&m->clause);
  vec_clear (&m->hints);
  for (unsigned i = 0; i != n; i++)
    vec_push (&m->clause, inner_lit (m, lits[i]));
  const uint32_t ref = new_clause (m);
  if (n == 1)
    vec_push (&m->units, ref);
  if (!n)
    m->empty = number (m, ref);
  return number (m, ref);
}

// ------------------------------------------------------------- assignment

// On level 0 a literal implied by a longer clause becomes a unit clause.
static uint32_t new_unit (struct mini *m, uint32_t lit, uint32_t reason) {
  vec_clear (&m->clause);
  vec_clear (&m->hints);
  vec_push (&m->clause, lit);
  const uint32_t *c = m->arena.data + reason;
  for (uint32_t i = 0; i != c[SIZE]; i++)
    if (c[LITS + i] != lit)
      vec_push (&m->hints, number (m, m->vars[c[LITS + i] / 2].reason));
  vec_push (&m->hints, c[NUMBER]);
  return new_clause (m);
}

static void assign (struct mini *m, uint32_t lit, uint32_t reason) {
  assert (!m->values[lit]);
  if (vec_empty (&m->levels) && m->arena.data[reason + SIZE] > 1)
    reason = new_unit (m, lit, reason);
  struct variable *v = m->vars + lit / 2;
  v->level = m->levels.size;
  v->trail = m->trail.size;
  v->reason = reason;
  m->values[lit] = 1;
  m->values[lit ^ 1] = -1;
  vec_push (&m->trail, lit);
}

static void decide (struct mini *m, uint32_t lit) {
  vec_push (&m->levels, m->trail.size);
  assign (m, lit, NONE);
}

// A flip may have made the literal on the trail false.
static void unassign (struct mini *m, uint32_t idx) {
  struct variable *v = m->vars + idx;
  v->phase = m->values[2 * idx];
  m->values[2 * idx] = m->values[2 * idx + 1] = 0;
  if (m->search == NONE || m->vars[m->search].stamp < v->stamp)
    m->search = idx;
}

static void backtrack (struct mini *m, uint32_t level) {
  if (m->levels.size <= level)
    return;
  const uint32_t size = m->levels.data[level];
  while (m->trail.size != size)
    unassign (m, vec_pop (&m->trail) / 2);
  m->levels.size = level;
  if (m->propagated > size)
    m->propagated = size;
}

// ------------------------------------------------------------ propagation

static uint32_t other_watch (const struct mini *m, const struct watching *w,
                             uint32_t lit) {
  if (w->ref & BINARY)
    return w->other;
  const uint32_t *lits = m->arena.data + w->ref + LITS;
  return lits[0] ^ lits[1] ^ lit;
}

// Puts a literal that is not false in place of the watched 'old'.  The other
// watched one becomes the first.
static bool replace_watch (struct mini *m, uint32_t ref, uint32_t old,
                           uint32_t other) {
  if (ref & BINARY)
    return false;
  uint32_t *c = m->arena.data + ref, *lits = c + LITS;
  for (uint32_t i = 2; i != c[SIZE]; i++) {
    if (m->values[lits[i]] < 0)
      continue;
    lits[0] = other;
    lits[1] = lits[i];
    lits[i] = old;
    watch (m, lits[1], other, ref);
    return true;
  }
  return false;
}

// What became of a clause whose watched 'lit' is no longer true.
enum visit { KEPT, MOVED, FAILED };

static enum visit visit (struct mini *m, struct watching w, uint32_t lit) {
  const uint32_t other = other_watch (m, &w, lit);
  m->ticks += !(w.ref & BINARY);
  if (m->values[other] > 0)
    return KEPT;
  if (replace_watch (m, w.ref, lit, other))
    return MOVED;
  if (m->values[other] < 0)
    return FAILED;
  assign (m, other, w.ref & ~BINARY);
  return KEPT;
}

//   returns    ref of the conflict or NONE
static uint32_t propagate_lit (struct mini *m, uint32_t lit) {
  watching_vec *ws = m->watches + lit;
  uint32_t conflict = NONE;
  size_t i = 0, j = 0;
  m->ticks += 1 + ws->size / 8;
  while (i != ws->size && conflict == NONE) {
    const struct watching w = ws->data[i++];
    const enum visit v = visit (m, w, lit);
    if (v != MOVED)
      ws->data[j++] = w;
    if (v == FAILED)
      conflict = w.ref & ~BINARY;
  }
  while (i != ws->size)
    ws->data[j++] = ws->data[i++];
  ws->size = j;
  return conflict;
}

static uint32_t propagate (struct mini *m) {
  uint32_t conflict = NONE;
  while (conflict == NONE && m->propagated != m->trail.size)
    conflict = propagate_lit (m, m->trail.data[m->propagated++] ^ 1);
  return conflict;
}

// ---------------------------------------------------------------- analysis

// Marks a variable; root units are hints at once.  The reasons that 'resolved'
// and 'removed' collect go from the end of the trail to its start.
static bool see (struct mini *m, uint32_t idx) {
  struct variable *v = m->vars + idx;
  if (v->seen)
    return false;
  v->seen = true;
  vec_push (&m->seen, idx);
  if (!v->level)
    vec_push (&m->hints, number (m, v->reason));
  return v->level;
}

// Marks the literals of a clause except for 'skip'.  Those below the present
// level go to 'clause', the number of others is returned.
static uint32_t see_clause (struct mini *m, uint32_t ref, uint32_t skip) {
  const uint32_t *c = m->arena.data + ref;
  const uint32_t size = c[SIZE];
  uint32_t open = 0;
  m->ticks++;
  vec_push (&m->resolved, c[NUMBER]);
  for (uint32_t i = 0; i != size; i++) {
    const uint32_t lit = c[LITS + i];
    if (lit == skip || !see (m, lit / 2))
      continue;
    if (m->vars[lit / 2].level < m->levels.size)
      vec_push (&m->clause, lit);
    else
      open++;
  }
  return open;
}

// The latest marked literal on the trail before 'at'.
static uint32_t previous_seen (const struct mini *m, uint32_t *at) {
  do
    --*at;
  while (!m->vars[m->trail.data[*at] / 2].seen);
  return m->trail.data[*at];
}

static bool removable (const struct mini *m, uint32_t lit) {
  const uint32_t reason = m->vars[lit / 2].reason;
  if (reason == NONE)
    return false;
  const uint32_t *c = m->arena.data + reason;
  for (uint32_t i = 0; i != c[SIZE]; i++) {
    const struct variable *v = m->vars + c[LITS + i] / 2;
    if (!v->seen && v->level)
      return false;
  }
  return true;
}

static void insert_by_trail (struct mini *m, words *list, uint32_t lit) {
  vec_push (list, lit);
  size_t i = list->size - 1;
  const uint32_t trail = m->vars[lit / 2].trail;
  for (; i && m->vars[list->data[i - 1] / 2].trail < trail; i--)
    list->data[i] = list->data[i - 1];
  list->data[i] = lit;
}

// Removes literals implied by the others in one step.
static void minimize (struct mini *m) {
  size_t kept = 1;
  vec_clear (&m->removed);
  for (size_t i = 1; i != m->clause.size; i++) {
    const uint32_t lit = m->clause.data[i];
    if (removable (m, lit))
      insert_by_trail (m, &m->removed, lit);
    else
      m->clause.data[kept++] = lit;
  }
  m->clause.size = kept;
  for_vec (uint32_t, lit, &m->removed) {
    const uint32_t *c = m->arena.data + m->vars[*lit / 2].reason;
    vec_push (&m->resolved, c[NUMBER]);
    for (uint32_t i = 0; i != c[SIZE]; i++)
      if (!m->vars[c[LITS + i] / 2].level)
        see (m, c[LITS + i] / 2);
  }
}

// Units first, then the reasons in the order of the trail.
static void order_hints (struct mini *m) {
  for (size_t i = m->resolved.size; i--;)
    vec_push (&m->hints, m->resolved.data[i]);
}

static int by_value (const void *p, const void *q) {
  const uint64_t a = *(const uint64_t *)p, b = *(const uint64_t *)q;
  return (a > b) - (a < b);
}

// Moves the variables seen to the front, in the order they have there.
static void bump (struct mini *m) {
  vec_clear (&m->bumped);
  for_vec (uint32_t, idx, &m->seen) {
    if (m->vars[*idx].level)
      vec_push (&m->bumped, (uint64_t)m->vars[*idx].stamp << 32 | *idx);
  }
  qsort (m->bumped.data, m->bumped.size, sizeof *m->bumped.data, by_value);
  for_vec (uint64_t, b, &m->bumped) {
    dequeue (m, (uint32_t)*b);
    enqueue (m, (uint32_t)*b);
  }
}

static void start_analysis (struct mini *m) {
  vec_clear (&m->clause);
  vec_clear (&m->hints);
  vec_clear (&m->resolved);
}

static void finish_analysis (struct mini *m) {
  order_hints (m);
  for_vec (uint32_t, idx, &m->seen)
    m->vars[*idx].seen = false;
  vec_clear (&m->seen);
}

// Derives the clause of the first unique implication point.
static void derive_uip (struct mini *m, uint32_t conflict) {
  start_analysis (m);
  vec_push (&m->clause, NONE);
  uint32_t at = m->trail.size;
  uint32_t open = see_clause (m, conflict, NONE);
  uint32_t uip = previous_seen (m, &at);
  while (--open) {
    open += see_clause (m, m->vars[uip / 2].reason, uip);
    uip = previous_seen (m, &at);
  }
  m->clause.data[0] = uip ^ 1;
  minimize (m);
  bump (m);
  finish_analysis (m);
}

// Moves the literal of the highest level but the first to the second place.
static uint32_t jump_level (struct mini *m) {
  uint32_t *lits = m->clause.data, level = 0;
  for (size_t i = 1; i < m->clause.size; i++) {
    const uint32_t l = m->vars[lits[i] / 2].level;
    if (l <= level)
      continue;
    level = l;
    const uint32_t tmp = lits[1];
    lits[1] = lits[i];
    lits[i] = tmp;
  }
  return level;
}

// The conflict is on level 0.
static void derive_empty (struct mini *m, uint32_t conflict) {
  start_analysis (m);
  see_clause (m, conflict, NONE);
  finish_analysis (m);
  m->empty = number (m, new_clause (m));
}

static void learn (struct mini *m, uint32_t conflict) {
  if (vec_empty (&m->levels)) {
    derive_empty (m, conflict);
    return;
  }
  derive_uip (m, conflict);
  backtrack (m, jump_level (m));
  const uint32_t lit = m->clause.data[0];
  assign (m, lit, new_clause (m));
}

// Clause of the assumptions that imply the false assumption 'lit'.
static void fail (struct mini *m, uint32_t lit) {
  const struct variable *v = m->vars + lit / 2;
  if (!v->level) {
    m->final = number (m, v->reason);
    return;
  }
  start_analysis (m);
  vec_push (&m->clause, lit ^ 1);
  see (m, lit / 2);
  for (uint32_t at = m->trail.size; at-- != m->levels.data[0];) {
    const uint32_t other = m->trail.data[at], idx = other / 2;
    if (!m->vars[idx].seen)
      continue;
    if (m->vars[idx].reason == NONE)
      vec_push (&m->clause, other ^ 1);
    else {
      const uint32_t *c = m->arena.data + m->vars[idx].reason;
      vec_push (&m->resolved, c[NUMBER]);
      for (uint32_t i = 0; i != c[SIZE]; i++)
        see (m, c[LITS + i] / 2);
    }
  }
  finish_analysis (m);
  backtrack (m, 0);
  const uint32_t ref = new_clause (m);
  m->final = number (m, ref);
  if (m->clause.size == 1)
    assign (m, m->clause.data[0], ref);
}

// ------------------------------------------------------------------ search

static uint32_t next_variable (struct mini *m) {
  uint32_t idx = m->search;
  while (idx != NONE && m->values[2 * idx])
    idx = m->vars[idx].prev;
  m->search = idx;
  return idx;
}

// Opens a level for the next assumption or a free decision.
//
//   returns    10 or 20 if that is the answer, else 0
static int step (struct mini *m) {
  while (m->levels.size < m->assumptions.size) {
    const uint32_t lit = m->assumptions.data[m->levels.size];
    const int8_t value = m->values[lit];
    if (value < 0) {
      fail (m, lit);
      return 20;
    }
    if (!value) {
      decide (m, lit);
      return 0;
    }
    vec_push (&m->levels, m->trail.size);
  }
  const uint32_t idx = next_variable (m);
  if (idx == NONE)
    return 10;
  decide (m, 2 * idx + (m->vars[idx].phase < 0));
  return 0;
}

static void refute (struct mini *m, uint32_t lit, uint32_t ref) {
  vec_clear (&m->clause);
  vec_clear (&m->hints);
  vec_push (&m->hints, number (m, m->vars[lit / 2].reason));
  vec_push (&m->hints, number (m, ref));
  m->empty = number (m, new_clause (m));
}

static void assign_units (struct mini *m) {
  for_vec (uint32_t, ref, &m->units) {
    const uint32_t lit = m->arena.data[*ref + LITS];
    if (m->empty != NONE)
      break;
    if (m->values[lit] < 0)
      refute (m, lit, *ref);
    else if (!m->values[lit])
      assign (m, lit, *ref);
  }
  vec_clear (&m->units);
}

static int search (struct mini *m, uint64_t max_ticks) {
  const uint64_t limit = m->ticks + max_ticks;
  int res = 0;
  while (!res && m->empty == NONE) {
    const uint32_t conflict = propagate (m);
    if (conflict != NONE)
      learn (m, conflict);
    else if (m->ticks > limit)
      return 0;
    else
      res = step (m);
  }
  if (m->empty == NONE)
    return res;
  m->final = m->empty;
  return 20;
}

int mini_solve (struct mini *m, uint64_t max_ticks) {
  backtrack (m, 0);
  m->final = NONE;
  assign_units (m);
  const int res = search (m, max_ticks);
  vec_clear (&m->assumptions);
  return res;
}

void mini_assume (struct mini *m, uint32_t lit) {
  vec_push (&m->assumptions, inner_lit (m, lit));
}

void mini_scramble (struct mini *m) {
  backtrack (m, 0);
  uint64_t bits = 0;
  for (uint32_t idx = 0; idx != m->size; idx++, bits >>= 1) {
    if (!(idx & 63))
      bits = rng_next64 (&m->rng);
    m->vars[idx].phase = bits & 1 ? 1 : -1;
  }
}

uint64_t mini_ticks (const struct mini *m) {
  return m->ticks;
}

// ------------------------------------------------------------------- model

int8_t mini_value (const struct mini *m, uint32_t lit) {
  const uint32_t inner = find_lit (m, lit);
  return inner == NONE ? 0 : m->values[inner];
}

int8_t mini_fixed (const struct mini *m, uint32_t lit) {
  const uint32_t inner = find_lit (m, lit);
  if (inner == NONE || m->vars[inner / 2].level)
    return 0;
  return m->values[inner];
}

// Whether the clause has another true literal; that one is watched then.
static enum visit leave (struct mini *m, struct watching w, uint32_t lit) {
  const uint32_t other = other_watch (m, &w, lit);
  m->ticks += !(w.ref & BINARY);
  if (m->values[other] > 0)
    return KEPT;
  return replace_watch (m, w.ref, lit, other) ? MOVED : FAILED;
}

static bool flippable (struct mini *m, uint32_t lit) {
  watching_vec *ws = m->watches + lit;
  size_t i = 0, j = 0;
  bool ok = true;
  m->ticks += 1 + ws->size / 8;
  while (i != ws->size && ok) {
    const struct watching w = ws->data[i++];
    const enum visit v = leave (m, w, lit);
    if (v != MOVED)
      ws->data[j++] = w;
    ok = v != FAILED;
  }
  while (i != ws->size)
    ws->data[j++] = ws->data[i++];
  ws->size = j;
  return ok;
}

bool mini_flip (struct mini *m, uint32_t lit) {
  const uint32_t inner = find_lit (m, lit);
  assert (inner != NONE && m->values[inner] > 0);
  if (!m->vars[inner / 2].level || !flippable (m, inner))
    return false;
  m->values[inner] = -1;
  m->values[inner ^ 1] = 1;
  return true;
}

// ------------------------------------------------------------- derivations

uint32_t mini_final (const struct mini *m) {
  assert (m->final != NONE);
  return m->final;
}

uint32_t mini_unit (const struct mini *m, uint32_t lit) {
  const uint32_t inner = find_lit (m, lit);
  assert (inner != NONE && m->values[inner] > 0);
  return number (m, m->vars[inner / 2].reason);
}

static void mark_hints (struct mini *m, uint32_t which) {
  const uint32_t *c = m->arena.data + m->refs.data[which];
  const uint32_t *hints = c + LITS + c[SIZE];
  for (uint32_t i = 0; i != c[HINTS]; i++)
    m->in_core.data[hints[i]] = true;
}

struct mini_core mini_core (struct mini *m, uint32_t number) {
  vec_clear (&m->in_core);
  vec_resize (&m->in_core, number + 1);
  m->in_core.data[number] = true;
  unsigned size = 0;
  for (uint32_t i = number + 1; i--;)
    if (m->in_core.data[i]) {
      mark_hints (m, i);
      size++;
    }
  vec_clear (&m->core);
  for (uint32_t i = 0; i != number + 1; i++)
    if (m->in_core.data[i])
      vec_push (&m->core, i);
  return (struct mini_core){m->core.data, size};
}

struct mini_line mini_line (struct mini *m, uint32_t number) {
  const uint32_t *c = m->arena.data + m->refs.data[number];
  vec_clear (&m->out_lits);
  for (uint32_t i = 0; i != c[SIZE]; i++)
    vec_push (&m->out_lits, outer_lit (m, c[LITS + i]));
  return (struct mini_line){m->out_lits.data, c[SIZE], c + LITS + c[SIZE],
                            c[HINTS]};
}
