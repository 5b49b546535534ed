// walk.c - local search: flip variables to satisfy more clauses, keep the best
// assignment as saved phases.
// Idea     pick a falsified clause, flip one of its variables with probability
//          falling exponentially in the clauses that would break
// Source   ProbSAT [BalintSchoening-SAT'12]; base by clause length as in YalSAT
//          [Biere-SC'17]; warm-up by propagation [BiereFallerFazekasEtAl-SC'24]
// Differs  break counts are cached: a clause with one true literal remembers
//          the variable as the xor of its true variables
// Budget   walk_effort per mille of the search ticks since the last walk; on
//          uniform formulas also before preprocessing, and on while it gets on:
//          satisfiable random formulas of 10^4 variables and more are out of
//          the reach of conflicts
// Needs    level 0, watches attached; leaves both so
// Proof    none: only phases change
// Read     walk, run, flip_until_limit: pick, flip, improve
// Example  (a b) (a -b) (-a c), all variables false: (a b) is falsified, a flip
//          of a or of b breaks one other clause, so either is as likely; after
//          a, a flip of c breaks none and satisfies all
#include "core/internal.h"

#include <math.h>

struct walker {
  struct solver *solver;
  int8_t *values; // by literal
  // clauses, flat
  VEC (uint32_t) start; // by clause, plus one; index into 'lits'
  ilits lits;
  uint32_t *true_count; // by clause
  uint32_t *true_xor;   // by clause: xor of its true variables
  uint32_t *unsat_pos;  // by clause: place in 'unsat'
  VEC (uint32_t) unsat; // falsified clauses
  // occurrences, flat
  uint32_t *occ_start; // by literal, plus one
  uint32_t *occs;
  uint32_t *breaks; // by variable: clauses only it satisfies
  double table[64]; // score by break count
  unsigned table_size;
  double epsilon;
  VEC (double) scores;
  // all flips so far; the first best_flips of them led to the best assignment
  VEC (uint32_t) flipped;
  size_t best_flips;
  size_t best, initial;
  uint64_t ticks, limit;
  uint64_t patience; // ticks granted for each tenth fewer falsified clauses
  size_t mark;       // falsified clauses when they were granted last
};

// Base of the exponential by average clause length; interpolated.
static double base_of (double size) {
  static const double known[][2] = {{0, 2.0}, {3, 2.5}, {4, 2.85},
                                    {5, 3.7}, {6, 5.1}, {7, 5.4}};
  const int n = sizeof known / sizeof *known;
  int i = 0;
  while (i + 2 < n && known[i + 1][0] < size)
    i++;
  const double x0 = known[i][0], y0 = known[i][1];
  const double x1 = known[i + 1][0], y1 = known[i + 1][1];
  const double y = y0 + (size - x0) * (y1 - y0) / (x1 - x0);
  return y < 1.5 ? 1.5 : y;
}

static void init_table (struct walker *w) {
  const size_t n = w->start.size - 1;
  const double cb = base_of (n ? (double)w->lits.size / n : 3);
  double score = 1;
  while (w->table_size != 64 && score > 1e-30) {
    w->table[w->table_size++] = score;
    score /= cb;
  }
  w->epsilon = score;
}

static double score_of (const struct walker *w, unsigned idx) {
  const uint32_t b = w->breaks[idx];
  return b < w->table_size ? w->table[b] : w->epsilon;
}

static void add_clause (struct walker *w, const ilit *lits, unsigned n) {
  const size_t before = w->lits.size;
  for (unsigned i = 0; i != n; i++) {
    const int8_t v = root_value (w->solver, lits[i]);
    if (v > 0) {
      w->lits.size = before;
      return;
    }
    if (!v)
      vec_push (&w->lits, lits[i]);
  }
  vec_push (&w->start, (uint32_t)w->lits.size);
}

static void copy_formula (struct walker *w) {
  struct solver *s = w->solver;
  vec_push (&w->start, 0);
  for_ilits (lit, s)
    for_watches (watch, s, lit) {
      if (!(watch->ref & BINARY_BIT) || watch->blit < lit)
        continue;
      const ilit pair[2] = {lit, watch->blit};
      add_clause (w, pair, 2);
    }
  for_clauses (c, s)
    if (!c->garbage && !c->redundant)
      add_clause (w, c->lits, c->size);
  w->ticks += core_units (s) / 8;
}

static void connect_occurrences (struct walker *w) {
  const size_t lits = 2 * (size_t)w->solver->vars;
  const size_t n = w->start.size - 1;
  w->occ_start = mem_calloc (lits + 2, sizeof *w->occ_start);
  w->occs = mem_alloc (w->lits.size * sizeof *w->occs);
  for_vec (ilit, lit, &w->lits)
    w->occ_start[*lit + 2]++;
  for (size_t i = 2; i < lits + 2; i++)
    w->occ_start[i] += w->occ_start[i - 1];
  for (size_t i = 0; i != n; i++)
    for (uint32_t j = w->start.data[i]; j != w->start.data[i + 1]; j++)
      w->occs[w->occ_start[w->lits.data[j] + 1]++] = i;
  w->ticks += w->lits.size / 4;
}

static void init_values (struct walker *w) {
  const struct solver *s = w->solver;
  w->values = mem_calloc (2 * (size_t)s->vars, 1);
  for_vars (idx, s) {
    int8_t v = s->values[LIT (idx)];
    if (!v)
      v = s->phases.saved[idx];
    if (!v)
      v = s->opts.phase ? 1 : -1;
    w->values[LIT (idx)] = v;
    w->values[NOT (LIT (idx))] = -v;
  }
}

static void make_unsat (struct walker *w, uint32_t c) {
  w->unsat_pos[c] = w->unsat.size;
  vec_push (&w->unsat, c);
}

static void make_sat (struct walker *w, uint32_t c) {
  const uint32_t pos = w->unsat_pos[c], last = vec_top (&w->unsat);
  w->unsat.data[pos] = last;
  w->unsat_pos[last] = pos;
  w->unsat.size--;
}

static void init_counts (struct walker *w) {
  const size_t n = w->start.size - 1;
  w->true_count = mem_calloc (n, sizeof *w->true_count);
  w->true_xor = mem_calloc (n, sizeof *w->true_xor);
  w->unsat_pos = mem_alloc (n * sizeof *w->unsat_pos);
  w->breaks = mem_calloc (w->solver->vars, sizeof *w->breaks);
  for (size_t c = 0; c != n; c++) {
    for (uint32_t j = w->start.data[c]; j != w->start.data[c + 1]; j++)
      if (w->values[w->lits.data[j]] > 0) {
        w->true_count[c]++;
        w->true_xor[c] ^= IDX (w->lits.data[j]);
      }
    if (!w->true_count[c])
      make_unsat (w, c);
    else if (w->true_count[c] == 1)
      w->breaks[w->true_xor[c]]++;
  }
  w->ticks += w->lits.size / 8;
}

static void flip (struct walker *w, unsigned idx) {
  const ilit now_true = w->values[LIT (idx)] > 0 ? NOT (LIT (idx)) : LIT (idx);
  w->values[now_true] = 1;
  w->values[NOT (now_true)] = -1;
  const uint32_t *p = w->occs + w->occ_start[now_true];
  const uint32_t *end = w->occs + w->occ_start[now_true + 1];
  w->ticks += 2 + 2 * (end - p);
  for (; p != end; p++) {
    const uint32_t c = *p, count = w->true_count[c]++;
    if (count == 1)
      w->breaks[w->true_xor[c]]--;
    w->true_xor[c] ^= idx;
    if (!count) {
      make_sat (w, c);
      w->breaks[idx]++;
    }
  }
  p = w->occs + w->occ_start[NOT (now_true)];
  end = w->occs + w->occ_start[NOT (now_true) + 1];
  w->ticks += 2 * (end - p);
  for (; p != end; p++) {
    const uint32_t c = *p, count = --w->true_count[c];
    w->true_xor[c] ^= idx;
    if (count == 1)
      w->breaks[w->true_xor[c]]++;
    if (!count) {
      make_unsat (w, c);
      w->breaks[idx]--;
    }
  }
}

static unsigned pick (struct walker *w) {
  struct rng *rng = &w->solver->rng;
  const uint32_t c = w->unsat.data[rng_below (rng, w->unsat.size)];
  const ilit *lits = w->lits.data + w->start.data[c];
  const unsigned n = w->start.data[c + 1] - w->start.data[c];
  vec_clear (&w->scores);
  double sum = 0;
  for (unsigned i = 0; i != n; i++) {
    const double score = score_of (w, IDX (lits[i]));
    vec_push (&w->scores, score);
    sum += score;
  }
  w->ticks += 1 + n / 4;
  double threshold = rng_double (rng) * sum;
  unsigned i = 0;
  while (i + 1 < n && (threshold -= w->scores.data[i]) >= 0)
    i++;
  return IDX (lits[i]);
}

static void save_phases (struct walker *w) {
  struct solver *s = w->solver;
  for_vars (idx, s)
    if (s->flags[idx].active)
      s->phases.saved[idx] = w->values[LIT (idx)];
}

// Undoes in 'values' the flips after the best point.
static void rewind_to_best (struct walker *w) {
  for (size_t i = w->flipped.size; i-- > w->best_flips;) {
    const ilit lit = LIT (w->flipped.data[i]);
    w->values[lit] = -w->values[lit];
    w->values[NOT (lit)] = -w->values[NOT (lit)];
  }
}

#define MAX_FLIPPED (1u << 22)

static void note_flip (struct walker *w, unsigned idx) {
  if (w->flipped.size == MAX_FLIPPED) { // forget the flips up to the best
    memmove (w->flipped.data, w->flipped.data + w->best_flips,
             (w->flipped.size - w->best_flips) * sizeof *w->flipped.data);
    w->flipped.size -= w->best_flips;
    w->best_flips = 0;
    if (w->flipped.size == MAX_FLIPPED) { // no improvement for long: give up
      w->limit = 0;
      return;
    }
  }
  vec_push (&w->flipped, idx);
}

static void improve (struct walker *w) {
  if (w->unsat.size >= w->best)
    return;
  w->best = w->unsat.size;
  w->best_flips = w->flipped.size;
  if (w->best >= w->mark - w->mark / 10)
    return;
  w->mark = w->best;
  if (w->limit < w->ticks + w->patience)
    w->limit = w->ticks + w->patience;
}

static void flip_until_limit (struct walker *w) {
  struct solver *s = w->solver;
  w->best = w->initial = w->mark = w->unsat.size;
  for (uint64_t flips = 0; w->unsat.size && w->ticks < w->limit; flips++) {
    if (!(flips & 1023) && core_stopping (s))
      break;
    const unsigned idx = pick (w);
    flip (w, idx);
    s->stats.walk_flips++;
    note_flip (w, idx);
    if (!w->limit)
      break;
    improve (w);
  }
  if (w->best < w->initial) {
    rewind_to_best (w);
    save_phases (w);
  }
}

static void walker_fini (struct walker *w) {
  mem_free (w->values);
  mem_free (w->true_count);
  mem_free (w->true_xor);
  mem_free (w->unsat_pos);
  mem_free (w->occ_start);
  mem_free (w->occs);
  mem_free (w->breaks);
  vec_fini (&w->start);
  vec_fini (&w->lits);
  vec_fini (&w->unsat);
  vec_fini (&w->scores);
  vec_fini (&w->flipped);
}

// Decides all variables by their phases and propagates past conflicts, so that
// the walk starts from an assignment with few broken implications.
static void warm_up (struct solver *s) {
  const uint64_t before = s->stats.ticks;
  const uint64_t limit = before + 1000000 + 2 * core_units (s) / 8;
  const bool saving = s->saving;
  s->saving = false;
  while (s->unassigned && s->stats.ticks < limit) {
    const unsigned idx = decide_next (s);
    assume_decision (s, decide_phase (s, idx));
    while (!propagate (s)) // conflicts are ignored
      ;
  }
  s->saving = !s->unassigned; // of a complete assignment only
  backtrack (s, 0);
  s->saving = saving;
}

// About 300 flips a variable of 3-SAT; in large formulas fewer.
static uint64_t patience (const struct walker *w) {
  const uint64_t n = w->lits.size;
  const uint64_t most = 200000000 + 4 * n;
  return 600 * n < most ? 600 * n : most;
}

static bool run (struct solver *s, uint64_t budget) {
  bool res = false;
  struct walker w = {.solver = s};
  copy_formula (&w);
  if (w.start.size > 1) {
    init_table (&w);
    connect_occurrences (&w);
    init_values (&w);
    init_counts (&w);
    w.patience = s->uniform ? patience (&w) : 0;
    w.limit = w.ticks + (budget > w.patience ? budget : w.patience);
    flip_until_limit (&w);
    res = !w.best;
  }
  s->stats.ticks += w.ticks;
  s->stats.walk_ticks += w.ticks;
  walker_fini (&w);
  return res;
}

bool walk (struct solver *s) {
  if (!s->opts.walk || s->unsat)
    return false;
  assert (!decision_level (s));
  const uint64_t since = s->stats.search_ticks - s->walk_mark;
  const uint64_t budget = 1000000 + since * 1e-3 * (double)s->opts.walk_effort;
  const uint64_t setup = core_units (s) / 2;
  if ((setup > 10 * budget && !s->uniform) || core_units (s) > UINT32_MAX / 4)
    return false;
  s->walk_mark = s->stats.search_ticks;
  s->stats.walks++;
  const uint64_t before = s->stats.ticks;
  if (s->opts.warmup)
    warm_up (s);
  const bool res = run (s, budget);
  s->other_ticks += s->stats.ticks - before;
  return res;
}

// All clauses of one length, three or more: random k-SAT, or much like it.
static bool uniform (const struct solver *s) {
  if (s->binaries || s->trail_size || !s->irredundant)
    return false;
  const unsigned size = clause_first (s)->size;
  for_clauses (c, s)
    if (c->size != size)
      return false;
  return true;
}

bool walk_uniform (struct solver *s) {
  s->uniform = uniform (s);
  return s->uniform && walk (s);
}
