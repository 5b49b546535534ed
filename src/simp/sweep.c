// sweep.c - backbone literals and equivalences of small parts of the formula.
// Idea     a model of the environment of a variable proposes that all its
//          literals are fixed and equivalent; further models and flips of
//          single literals refute most of that, the small solver proves the
//          rest
// Source   SAT sweeping [KuehlmannEtAl-TCAD'02] on clauses [BiereFleury-SC'22]
// Differs  goes over the variables in their order, where it stopped last time;
//          a variable of a new equivalence is next again; no clause is changed:
//          substitution does that afterwards
// Budget   sweep_effort per mille of search ticks since the last call, delayed
//          when unsuccessful; one question costs at most MAX_TICKS
// Needs    level 0, watches attached; leaves both so
// Proof    lemmas of the small solver, then unit or binary clauses
// Read     simp_sweep, sweep_variable, sweep_backbone, sweep_partition; the
//          small formulas are environment.c's
// Example  (-x a) (-x b) (x -a -b) and the same with y for x: in all models so
//          far x and y are equal, with x and -y assumed there is none, with -x
//          and y neither, so (-x y) (x -y) are learned
#include "simp/environment.h"

#define MAX_TICKS 1000000u // of one call of the small solver
#define MAX_DOUBLINGS 5u   // of the limits, one after each complete pass
#define MAX_DEPTH 3u
#define END INVALID_LIT // of a class

struct sweep {
  struct solver *s;
  struct simp *simp;
  struct environment env;
  ilits backbone;     // literals true in all models so far
  ilits partition;    // classes with equal values in each model, END after each
  ilits old;          // scratch
  ilits again;        // variables to be swept next
  bool model;         // the small solver has one now
  unsigned remaining; // variables of the pass
  unsigned swept, found;
  uint64_t budget;
};

static uint64_t ticks (const struct sweep *w) {
  return w->env.ticks + mini_ticks (w->env.mini);
}

static bool stopping (struct sweep *w) {
  return w->s->unsat || ticks (w) > w->budget || core_stopping (w->s);
}

static bool open (const struct sweep *w, ilit lit) {
  return active (w->s, lit) && !w->s->values[lit] &&
         environment_repr (&w->env, lit) == lit;
}

// ------------------------------------------------------------- candidates

static void push_if (struct sweep *w, ilits *to, ilit lit, int8_t value) {
  const struct mini *mini = w->env.mini;
  if (open (w, lit) && !mini_fixed (mini, lit) &&
      mini_value (mini, lit) == value)
    vec_push (to, lit);
}

// The literals of a class with this value become a class if there are two.
static void split (struct sweep *w, const ilit *lits, int8_t value) {
  const size_t before = w->partition.size;
  for (; *lits != END; lits++)
    push_if (w, &w->partition, *lits, value);
  if (w->partition.size < before + 2)
    w->partition.size = before;
  else
    vec_push (&w->partition, END);
}

static void refine_partition (struct sweep *w) {
  const ilits old = w->partition;
  w->partition = w->old;
  w->old = old;
  vec_clear (&w->partition);
  for (size_t i = 0; i != old.size; i++) {
    split (w, old.data + i, 1);
    split (w, old.data + i, -1);
    while (old.data[i] != END)
      i++;
  }
}

static void refine_backbone (struct sweep *w) {
  size_t kept = 0;
  for_vec (ilit, lit, &w->backbone) {
    if (mini_value (w->env.mini, *lit) > 0)
      w->backbone.data[kept++] = *lit;
  }
  w->backbone.size = kept;
}

static void init_candidates (struct sweep *w) {
  vec_clear (&w->backbone);
  vec_clear (&w->partition);
  for_vec (uint32_t, idx, &w->env.vars) {
    const ilit lit = LIT (*idx);
    const ilit is = mini_value (w->env.mini, lit) > 0 ? lit : NOT (lit);
    vec_push (&w->backbone, is);
    vec_push (&w->partition, is);
  }
  vec_push (&w->partition, END);
}

static bool flip (struct sweep *w, ilit lit) {
  struct mini *mini = w->env.mini;
  const int8_t value = mini_value (mini, lit);
  return value && mini_flip (mini, value > 0 ? lit : NOT (lit));
}

static void flip_backbone (struct sweep *w) {
  size_t kept = 0;
  for_vec (ilit, lit, &w->backbone) {
    if (!flip (w, *lit))
      w->backbone.data[kept++] = *lit;
  }
  w->backbone.size = kept;
}

// A literal that flips alone differs from its class.
static void flip_partition (struct sweep *w) {
  size_t kept = 0, first = 0;
  for_vec (ilit, lit, &w->partition) {
    if (*lit != END) {
      if (!flip (w, *lit))
        w->partition.data[kept++] = *lit;
      continue;
    }
    if (kept < first + 2)
      kept = first;
    else
      w->partition.data[kept++] = END;
    first = kept;
  }
  w->partition.size = kept;
}

static int solve (struct sweep *w) {
  struct simp_stats *stats = &w->simp->stats;
  const uint64_t spent = ticks (w);
  uint64_t limit = w->budget > spent ? w->budget - spent : 0;
  if (limit > MAX_TICKS)
    limit = MAX_TICKS;
  mini_scramble (w->env.mini);
  const int res = mini_solve (w->env.mini, limit);
  w->model = res == 10;
  stats->sweep_solved++;
  stats->sweep_sat += res == 10;
  stats->sweep_unsat += res == 20;
  return res;
}

// ---------------------------------------------------------------- backbone

static void learn (struct sweep *w, uint32_t number) {
  environment_learn (&w->env, number);
  w->simp->stats.sweep_units++;
  w->found++;
  propagate_root (w->s);
}

static void try_backbone (struct sweep *w, ilit lit) {
  struct mini *mini = w->env.mini;
  if (!open (w, lit))
    return;
  if (mini_fixed (mini, lit)) {
    learn (w, mini_unit (mini, lit));
    return;
  }
  mini_assume (mini, NOT (lit));
  const int res = solve (w);
  if (res == 20)
    learn (w, mini_final (mini));
  else if (res == 10) {
    refine_backbone (w);
    refine_partition (w);
  }
}

static void sweep_backbone (struct sweep *w) {
  while (!vec_empty (&w->backbone) && !stopping (w)) {
    if (w->model)
      flip_backbone (w);
    if (!vec_empty (&w->backbone))
      try_backbone (w, vec_pop (&w->backbone));
  }
}

// ------------------------------------------------------------ equivalences

// Takes a literal out of the last class.
static void drop (struct sweep *w, ilit lit) {
  ilits *p = &w->partition;
  size_t last = p->size - 2;
  while (p->data[last] != lit)
    last--;
  p->data[last] = p->data[p->size - 2];
  p->size--;
  p->data[p->size - 1] = END;
  if (p->size == 2 || p->data[p->size - 3] == END)
    p->size -= 2;
}

// Whether 'a' implies 'b', by a binary clause; a unit is learned at once.
static bool implies (struct sweep *w, ilit a, ilit b, uint32_t *number) {
  struct mini *mini = w->env.mini;
  mini_assume (mini, a);
  mini_assume (mini, NOT (b));
  const int res = solve (w);
  if (res == 10)
    refine_partition (w);
  else
    *number = res ? mini_final (mini) : 0;
  if (res == 20 && mini_line (mini, *number).size == 2)
    return true;
  if (res != 10)
    drop (w, a);
  if (res == 20)
    learn (w, *number);
  return false;
}

static void unite (struct sweep *w, ilit a, ilit b, uint32_t ab, uint32_t ba) {
  struct environment *env = &w->env;
  const uint64_t id = environment_learn (env, ab);
  environment_unite (env, a, b, id, environment_learn (env, ba));
  const bool gone = environment_repr (env, a) != a;
  drop (w, gone ? a : b);
  vec_push (&w->again, gone ? IDX (b) : IDX (a));
  w->simp->stats.sweep_equivalences++;
  w->found++;
}

static void try_equivalence (struct sweep *w, ilit a, ilit b) {
  uint32_t ab, ba;
  if (implies (w, a, b, &ab) && implies (w, b, a, &ba))
    unite (w, a, b, ab, ba);
}

static void sweep_partition (struct sweep *w) {
  while (!vec_empty (&w->partition) && !stopping (w)) {
    if (w->model)
      flip_partition (w);
    const ilits *p = &w->partition;
    if (vec_empty (p))
      return;
    const ilit a = p->data[p->size - 3], b = p->data[p->size - 2];
    if (!open (w, a))
      drop (w, a);
    else if (!open (w, b))
      drop (w, b);
    else
      try_equivalence (w, a, b);
  }
}

// --------------------------------------------------------------- variables

static void sweep_variable (struct sweep *w, unsigned idx) {
  struct environment *env = &w->env;
  w->swept++;
  environment_build (env, idx);
  w->simp->stats.sweep_clauses += env->sources.size;
  const int res = solve (w);
  if (res == 20)
    environment_learn (env, mini_final (env->mini));
  else if (res == 10) {
    init_candidates (w);
    sweep_backbone (w);
    sweep_partition (w);
  }
  environment_clear (env);
}

static bool candidate (const struct sweep *w, unsigned idx) {
  const size_t pos = environment_occs (&w->env, LIT (idx));
  const size_t neg = environment_occs (&w->env, NOT (LIT (idx)));
  const size_t max = w->env.max_clauses;
  return pos && neg && pos <= max && neg <= max && open (w, LIT (idx));
}

//   returns    false if the pass is complete
static bool next_variable (struct sweep *w, unsigned *idx) {
  struct simp *simp = w->simp;
  while (!vec_empty (&w->again)) {
    *idx = vec_pop (&w->again);
    if (open (w, LIT (*idx)))
      return true;
  }
  while (w->remaining) {
    w->remaining--;
    if (simp->sweep_next >= w->s->vars) {
      simp->sweep_next = 0;
      simp->stats.sweep_completed++;
    }
    *idx = simp->sweep_next++;
    if (candidate (w, *idx))
      return true;
  }
  return false;
}

static void set_limits (struct sweep *w) {
  const struct simp *simp = w->simp;
  uint64_t passes = simp->stats.sweep_completed;
  const uint64_t least = simp->opts.sweep_depth;
  uint64_t depth = least + passes;
  if (passes > MAX_DOUBLINGS)
    passes = MAX_DOUBLINGS;
  if (depth > MAX_DEPTH)
    depth = least > MAX_DEPTH ? least : MAX_DEPTH;
  w->env.max_vars = simp->opts.sweep_vars << passes;
  w->env.max_clauses = simp->opts.sweep_clauses << passes;
  w->env.max_depth = depth;
}

static void fini (struct sweep *w) {
  struct solver *s = w->s;
  s->stats.ticks += ticks (w);
  w->simp->stats.sweep_ticks += ticks (w);
  w->simp->stats.sweep_variables += w->swept;
  environment_fini (&w->env);
  vec_fini (&w->backbone);
  vec_fini (&w->partition);
  vec_fini (&w->old);
  vec_fini (&w->again);
}

bool simp_sweep (struct solver *s) {
  struct simp *simp = s->simp;
  const uint64_t budget = simp_budget (s, simp->opts.sweep_effort);
  if (!simp->opts.sweep || environment_overhead (s) > budget ||
      delaying (&simp->sweep))
    return true;
  struct sweep w = {.s = s, .simp = simp, .budget = budget};
  simp->stats.sweeps++;
  set_limits (&w);
  environment_init (&w.env, s);
  w.remaining = s->vars;
  unsigned idx;
  while (!stopping (&w) && next_variable (&w, &idx))
    sweep_variable (&w, idx);
  delay_update (&simp->sweep, w.found * 1000.0 >= w.swept);
  fini (&w);
  return !s->unsat;
}
