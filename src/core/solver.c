// solver.c - life of an engine: options, variables, clauses in, answers out.
#include "core/internal.h"

#include <stdatomic.h>

// ---------------------------------------------------------------- options

static const struct option_row option_rows[] = {
#define OPT(...) OPTION_ROW (struct core_options, __VA_ARGS__)
#include "core/options.def"
#undef OPT
};

struct option_table core_option_table (struct core_options *options) {
  return (struct option_table){"Search engine", option_rows,
                               sizeof option_rows / sizeof *option_rows,
                               options};
}

// ------------------------------------------------------------ life cycle

struct solver *core_new (const struct core_options *options,
                         const struct core_hooks *hooks,
                         const struct proof_sink *sink, uint64_t lane,
                         uint64_t stride) {
  struct solver *s = mem_calloc (1, sizeof *s);
  s->opts = *options;
  if (hooks)
    s->hooks = *hooks;
  if (sink) {
    s->sink = *sink;
    s->proving = true;
  }
  s->clock = (struct proof_clock){0, lane, stride ? stride : 1};
  rng_init (&s->rng, options->seed + 0x5eed * lane);
  s->formula_evar = INT32_MAX;
  s->loading = s->watching = true;
  s->first_redundant = INVALID_REF;
  for (int i = 0; i != 32; i++)
    s->eager[i] = INVALID_REF;
  for (int mode = 0; mode != 2; mode++) {
    s->tier1[mode] = options->tier1;
    s->tier2[mode] = options->tier2;
  }
  s->queue.first = s->queue.last = s->queue.search = UINT32_MAX;
  s->heap.inc = 1;
  return s;
}

void core_set_hooks (struct solver *s, const struct core_hooks *hooks) {
  s->hooks = *hooks;
}

static void free_arrays (struct solver *s) {
  mem_free (s->values);
  mem_free (s->watches);
  mem_free (s->marks);
  mem_free (s->assigned);
  mem_free (s->seen);
  mem_free (s->flags);
  mem_free (s->phases.saved);
  mem_free (s->phases.target);
  mem_free (s->phases.best);
  mem_free (s->unit_ids);
  mem_free (s->trail);
  mem_free (s->queue.links);
  mem_free (s->heap.pos);
  mem_free (s->heap.score);
}

static void free_stacks (struct solver *s) {
  vec_fini (&s->e2i);
  vec_fini (&s->i2e);
  vec_fini (&s->fixed_ids);
  vec_fini (&s->levels);
  vec_fini (&s->loaded);
  vec_fini (&s->loaded_slots);
  vec_fini (&s->chain);
  vec_fini (&s->bin_ids);
  vec_fini (&s->bin_free);
  vec_fini (&s->elits);
  vec_fini (&s->heap.stack);
  vec_fini (&s->clause);
  vec_fini (&s->analyzed);
  vec_fini (&s->minimized);
  vec_fini (&s->shrinkable);
  vec_fini (&s->resolved);
  vec_fini (&s->touched_levels);
  vec_fini (&s->removable);
  vec_fini (&s->poisoned);
  vec_fini (&s->explained);
  vec_fini (&s->ranks);
  vec_fini (&s->ranks_tmp);
  vec_fini (&s->assumptions);
  vec_fini (&s->failed);
  vec_fini (&s->model);
}

void core_free (struct solver *s) {
  if (!s)
    return;
  if (s->simp_calls.free)
    s->simp_calls.free (s);
  free_arrays (s);
  free_stacks (s);
  mem_free (s->explain_stack);
  mem_free (s->arena.data);
  mem_free (s->pool.data);
  mem_free (s);
}

// -------------------------------------------------------------- variables

#define GROW(P, N, OLD)                                                        \
  do {                                                                         \
    (P) = mem_realloc ((P), (size_t)(N) * sizeof *(P));                        \
    memset ((P) + (OLD), 0, ((size_t)(N) - (OLD)) * sizeof *(P));              \
  } while (0)

static void resize_vars (struct solver *s, unsigned n, unsigned old) {
  GROW (s->values, 2 * (size_t)n, 2 * (size_t)old);
  GROW (s->watches, 2 * (size_t)n, 2 * (size_t)old);
  GROW (s->marks, 2 * (size_t)n, 2 * (size_t)old);
  GROW (s->assigned, n, old);
  GROW (s->seen, n, old);
  GROW (s->flags, n, old);
  GROW (s->phases.saved, n, old);
  GROW (s->phases.target, n, old);
  GROW (s->phases.best, n, old);
  if (s->proving)
    GROW (s->unit_ids, n, old);
  GROW (s->trail, n, old);
  GROW (s->queue.links, n, old);
  GROW (s->heap.pos, n, old);
  GROW (s->heap.score, n, old);
  s->vars_capacity = n;
}

static void reserve_vars (struct solver *s, unsigned want) {
  const unsigned old = s->vars_capacity;
  if (want > old)
    resize_vars (s, want < 2 * old ? 2 * old : want < 16 ? 16 : want, old);
}

void solver_fit_vars (struct solver *s) {
  if (s->vars && s->vars < s->vars_capacity)
    resize_vars (s, s->vars, s->vars);
}

static bool is_own (const struct solver *s, unsigned idx) {
  return s->i2e.data[idx] > s->formula_evar;
}

void var_activate (struct solver *s, unsigned idx) {
  struct flags *f = s->flags + idx;
  assert (!f->active);
  *f = (struct flags){.active = true, .eliminate = true, .subsume = true};
  s->stats.active++;
  s->own_active += is_own (s, idx);
  s->unassigned++;
  queue_enqueue (s, idx);
  if (!heap_contains (&s->heap, idx))
    heap_push (s, idx);
}

void var_deactivate (struct solver *s, unsigned idx, enum inactive why) {
  struct flags *f = s->flags + idx;
  assert (f->active);
  f->active = false;
  f->fixed = why == FIXED;
  f->eliminated = why == ELIMINATED;
  f->substituted = why == SUBSTITUTED;
  s->stats.fixed += why == FIXED;
  s->stats.active--;
  s->own_fixed += is_own (s, idx) && why == FIXED;
  s->own_active -= is_own (s, idx);
  s->unassigned--;
  queue_dequeue (s, idx);
  heap_remove (s, idx);
}

static unsigned new_var (struct solver *s, int evar) {
  reserve_vars (s, s->vars + 1);
  const unsigned idx = s->vars++;
  vec_push (&s->i2e, evar);
  s->heap.pos[idx] = UINT32_MAX;
  phases_init (s, idx);
  var_activate (s, idx);
  return idx;
}

ilit solver_import_lit (struct solver *s, int elit) {
  const unsigned evar = elit < 0 ? -(unsigned)elit : (unsigned)elit;
  if (evar >= s->e2i.size)
    vec_resize (&s->e2i, (size_t)evar + 1);
  if ((int)evar > s->max_evar)
    s->max_evar = evar;
  uint32_t *slot = s->e2i.data + evar;
  assert (*slot < ELIT_GONE);
  if (!*slot)
    *slot = new_var (s, evar) + 1;
  const ilit lit = LIT (*slot - 1);
  return elit < 0 ? NOT (lit) : lit;
}

// The next own variable has a number in the proof that DIMACS can write.
static bool numbers_left (const struct solver *s, int last_formula_evar) {
  const uint64_t own = s->max_evar < last_formula_evar
                           ? 0
                           : (uint64_t)(s->max_evar - last_formula_evar);
  return last_formula_evar + 1 + s->clock.lane + own * s->clock.stride <
         INT32_MAX;
}

ilit var_extend (struct solver *s) {
  assert (!decision_level (s));
  int last = s->formula_evar;
  if (last == INT32_MAX)
    last = s->max_evar > s->reserved_evar ? s->max_evar : s->reserved_evar;
  if (!numbers_left (s, last))
    return INVALID_LIT;
  s->formula_evar = last;
  const int evar = s->max_evar < last ? last : s->max_evar;
  return solver_import_lit (s, evar + 1);
}

void core_reserve (struct solver *s, int max_var, uint64_t num_clauses) {
  if (max_var > s->reserved_evar)
    s->reserved_evar = max_var;
  if (max_var > 0) {
    vec_reserve (&s->e2i, (size_t)max_var + 1);
    reserve_vars (s, max_var);
    vec_reserve (&s->i2e, (size_t)max_var);
  }
  proof_see_id (&s->clock, num_clauses);
}

// ----------------------------------------------------------------- clauses

// Eliminated variables that come back bring their clauses with them.
static void restore_if_inactive (struct solver *s, ilit lit) {
  const struct flags f = s->flags[IDX (lit)];
  if (f.eliminated || f.substituted)
    s->simp_calls.restore (s);
}

// Fills 's->clause' without duplicates and root-false literals (their units go
// to the chain).  False: satisfied or tautological.
static bool normalize (struct solver *s, const int *elits, unsigned n,
                       bool *stripped) {
  vec_clear (&s->clause);
  bool keep = true;
  for (unsigned i = 0; i != n; i++) {
    assert (elits[i] <= s->formula_evar && -elits[i] <= s->formula_evar);
    const ilit lit = solver_import_lit (s, elits[i]);
    restore_if_inactive (s, lit);
    if (!keep || s->marks[lit])
      continue;
    const int8_t value = root_value (s, lit);
    if (s->marks[NOT (lit)] || value > 0)
      keep = false;
    else if (value < 0) {
      chain_push_unit (s, lit);
      *stripped = true;
    } else {
      s->marks[lit] = 1;
      vec_push (&s->clause, lit);
    }
  }
  for_vec (ilit, lit, &s->clause)
    s->marks[*lit] = 0;
  return keep;
}

void core_add (struct solver *s, const int *elits, unsigned n) {
  backtrack (s, 0);
  uint64_t id = ++s->original_id;
  proof_see_id (&s->clock, id);
  if (s->unsat)
    return;
  chain_clear (s);
  bool stripped = false;
  if (!normalize (s, elits, n, &stripped)) {
    chain_clear (s);
    derive_forget (s, id);
    return;
  }
  if (stripped) {
    chain_push (s, id);
    const uint64_t original = id;
    id = derive (s, s->clause.data, s->clause.size);
    derive_forget (s, original);
  }
  clause_add (s, s->clause.data, s->clause.size, false, 0, id);
}

void core_export (struct solver *s, const ilit *lits, unsigned n, unsigned glue,
                  uint64_t id) {
  if (!n || !s->hooks.learned || !s->exporting)
    return; // the empty clause is an answer, nothing to share
  vec_clear (&s->elits);
  for (unsigned i = 0; i != n; i++) {
    const int elit = elit_of (s, lits[i]);
    if (elit > s->formula_evar || -elit > s->formula_evar)
      return;
    vec_push (&s->elits, elit);
  }
  s->hooks.learned (s->hooks.state, s->elits.data, n, glue, id);
}

// ----------------------------------------------------------------- solving

bool core_stopping (struct solver *s) {
  if (s->stopped)
    return true;
  if (s->hooks.stop &&
      atomic_load_explicit (s->hooks.stop, memory_order_relaxed))
    return s->stopped = true;
  if (!s->hooks.terminate || s->stop_countdown--)
    return false;
  s->stop_countdown = 256;
  return s->stopped = s->hooks.terminate (s->hooks.state);
}

void core_assume (struct solver *s, int elit) {
  backtrack (s, 0);
  const ilit lit = solver_import_lit (s, elit);
  restore_if_inactive (s, lit);
  s->flags[IDX (lit)].frozen = true;
  vec_push (&s->assumptions, lit);
}

void core_limit_conflicts (struct solver *s, uint64_t conflicts) {
  s->limits.conflicts = conflicts ? s->stats.conflicts + conflicts : 0;
}

static void save_model (struct solver *s) {
  vec_resize (&s->model, (size_t)s->max_evar + 1);
  int8_t *model = s->model.data;
  for (size_t evar = 0; evar != s->model.size; evar++) {
    const uint32_t slot = evar < s->e2i.size ? s->e2i.data[evar] : 0;
    model[evar] = slot == ELIT_TRUE ? 1 : slot == ELIT_FALSE ? -1 : 0;
  }
  for_vars (idx, s) {
    const struct flags f = s->flags[idx];
    if (!f.eliminated && !f.substituted)
      model[s->i2e.data[idx]] = s->values[LIT (idx)];
  }
  if (s->simp_calls.extend)
    s->simp_calls.extend (s, model);
}

static bool connect (struct solver *s) {
  if (s->loading)
    watches_attach (s);
  if (!propagate_root (s))
    return false;
  s->exporting = true;
  return true;
}

static bool preprocess (struct solver *s) {
  s->preprocessed = true;
  const uint64_t before = s->stats.ticks;
  if (s->simp_calls.preprocess)
    s->simp_calls.preprocess (s);
  s->other_ticks += s->stats.ticks - before;
  solver_publish (s);
  return !s->unsat;
}

// Simple assignments come first since they fit the formula's own order, and
// local search since preprocessing makes uniform formulas others.
static int solve (struct solver *s) {
  if (s->unsat || !connect (s))
    return 20;
  const bool free = !s->assumptions.size;
  if (!s->preprocessed) {
    if (free && lucky (s))
      return 10;
    const bool found = walk_uniform (s); // then search follows the phases
    if (!(found && free) && !preprocess (s))
      return 20;
  }
  if (core_stopping (s))
    return 0;
  if (free && !s->searched && lucky (s))
    return 10;
  return search (s);
}

int core_solve (struct solver *s) {
  s->stopped = false;
  s->stop_countdown = 0;
  vec_clear (&s->failed);
  backtrack (s, 0);
  const int res = solve (s);
  if (res == 10)
    save_model (s);
  backtrack (s, 0);
  for_vec (ilit, lit, &s->assumptions)
    s->flags[IDX (*lit)].frozen = false;
  vec_clear (&s->assumptions);
  s->limits.conflicts = 0;
  return res;
}

int core_val (const struct solver *s, int elit) {
  const unsigned evar = elit < 0 ? -(unsigned)elit : (unsigned)elit;
  const bool positive = evar < s->model.size && s->model.data[evar] > 0;
  return positive == (elit > 0) ? elit : -elit;
}

bool core_failed (struct solver *s, int elit) {
  const unsigned evar = elit < 0 ? -(unsigned)elit : (unsigned)elit;
  if (evar >= s->e2i.size || !s->e2i.data[evar])
    return false;
  const ilit lit = LIT (s->e2i.data[evar] - 1) | (elit < 0);
  for_vec (ilit, failed, &s->failed)
    if (*failed == lit)
      return true;
  return false;
}

uint64_t core_empty_id (const struct solver *s) {
  return s->empty_id;
}

// -------------------------------------------------------------- statistics

// Inside, variables are variables; people count those of the formula.
void core_get_stats (const struct solver *s, struct core_stats *stats) {
  *stats = s->stats;
  stats->active -= s->own_active;
  stats->fixed -= s->own_fixed;
}

const struct core_live *core_live_stats (const struct solver *s) {
  return &s->live;
}

static void publish (_Atomic uint64_t *to, uint64_t value) {
  atomic_store_explicit (to, value, memory_order_relaxed);
}

void solver_publish (struct solver *s) {
  publish (&s->live.conflicts, s->stats.conflicts);
  publish (&s->live.propagations, s->stats.propagations);
  publish (&s->live.ticks, s->stats.ticks);
  publish (&s->live.active, s->stats.active - s->own_active);
  publish (&s->live.fixed, s->stats.fixed - s->own_fixed);
  publish (&s->live.redundant, s->redundant);
  publish (&s->live.irredundant, s->irredundant + s->binaries);
  publish (&s->live.bytes, s->arena.capacity * sizeof (uint64_t) +
                               s->pool.capacity * sizeof (struct watch));
}
