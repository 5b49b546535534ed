// schedule.c - what runs when.
// Idea     two kinds of calls, by conflicts: probing (what binary implications
//          and propagation find) often, elimination more seldom; both less
//          often with every call and on large formulas
// Source   the schedule of Kissat [BiereFallerFazekasEtAl-SC'24]
// Differs  a call also waits until search has spent enough to pay for walking
//          over the formula, whatever its size
// Budget   efforts refer to the search ticks since the last call of the kind
// Needs    preprocess and run: level 0 is reached by 'propagate_root'
// Proof    none of its own
// Read     schedule_preprocess; schedule_due, schedule_run, probe, eliminate
// Example  10^5 clauses, defaults: probing after 2500, 5000, 10200 conflicts
//          and so on, elimination after 12500, 25000, 52100
#include "simp/internal.h"

bool delaying (struct delay *d) {
  if (!d->skip)
    return false;
  d->skip--;
  return true;
}

void delay_update (struct delay *d, bool success) {
  if (success)
    d->current /= 2;
  else
    d->current++;
  d->skip = d->current;
}

uint64_t simp_budget (const struct solver *s, int64_t effort) {
  const struct simp *simp = s->simp;
  const double least = 1e6 * simp->opts.simp_min_effort;
  const double reference =
      simp->reference < least ? least : (double)simp->reference;
  return reference * effort * 1e-3;
}

static uint64_t clauses (const struct solver *s) {
  return s->irredundant + s->binaries;
}

// Conflicts until the next call after 'calls' of them: base interval times
// n log^power n, times 25 for 10^5 clauses, 30 for 10^6, 43 for 10^7.
static uint64_t pause (const struct solver *s, int64_t interval, uint64_t calls,
                       int power) {
  const double f = core_logn (clauses (s) + 1) - 5;
  double n = calls ? calls : 1;
  while (calls && power--)
    n *= core_logn (calls);
  return interval * n * (4.5 * f * f + 25);
}

static void set_probe_limit (struct solver *s) {
  struct simp *simp = s->simp;
  simp->next_probe = s->stats.conflicts + pause (s, simp->opts.probe_interval,
                                                 simp->stats.probings, 1);
}

static void set_eliminate_limit (struct solver *s) {
  struct simp *simp = s->simp;
  simp->next_eliminate =
      s->stats.conflicts +
      pause (s, simp->opts.eliminate_interval, simp->stats.eliminations, 2);
}

// Cache lines that entering and leaving one call touches: arena and watch
// lists (8 bytes a unit) about four times each.
static uint64_t overhead (const struct solver *s) {
  return core_units (s) / 2 + s->vars;
}

static bool affordable (const struct solver *s, uint64_t last) {
  const double spent = s->stats.search_ticks - last;
  return spent * s->simp->opts.simp_overhead * 1e-3 >= overhead (s);
}

static bool probing (const struct solver *s) {
  const struct simp *simp = s->simp;
  return simp->opts.probe && s->stats.conflicts >= simp->next_probe &&
         affordable (s, simp->last_probe);
}

static bool eliminating (const struct solver *s) {
  const struct simp *simp = s->simp;
  return simp->opts.eliminate && s->stats.conflicts >= simp->next_eliminate &&
         affordable (s, simp->last_eliminate);
}

bool schedule_due (struct solver *s) {
  const struct simp *simp = s->simp;
  const uint64_t conflicts = s->stats.conflicts;
  if (conflicts < simp->next_probe && conflicts < simp->next_eliminate)
    return false;
  return simp->opts.simplify && (probing (s) || eliminating (s));
}

typedef bool technique (struct solver *);

// Runs techniques in order.
//
//   returns    false if to be stopped or unsatisfiable
static bool run_all (struct solver *s, technique *const *list, size_t n) {
  for (size_t i = 0; i != n; i++)
    if (core_stopping (s) || !list[i](s))
      return false;
  return true;
}

#define RUN_ALL(S, LIST) run_all ((S), (LIST), sizeof (LIST) / sizeof *(LIST))

static void probe (struct solver *s) {
  static technique *const first[] = {simp_substitute, simp_congruence,
                                     simp_backbone, simp_probe};
  static technique *const later[] = {simp_substitute, simp_backbone};
  static technique *const common[] = {simp_vivify,     simp_sweep,
                                      simp_substitute, simp_transitive,
                                      simp_backbone,   simp_factor};
  struct simp *simp = s->simp;
  simp->reference = s->stats.search_ticks - simp->last_probe;
  simp->stats.probings++;
  for (int64_t round = 0; round != simp->opts.probe_rounds; round++) {
    const unsigned before = s->unassigned;
    if (!(round ? RUN_ALL (s, later) : RUN_ALL (s, first)) ||
        !RUN_ALL (s, common) || before == s->unassigned)
      break;
  }
  simp->last_probe = s->stats.search_ticks;
  set_probe_limit (s);
}

// At the largest bound only variables touched since are left.
static bool any_candidate (const struct solver *s) {
  for_vars (idx, s) {
    const struct flags *f = s->flags + idx;
    if (f->active && !f->frozen && (f->eliminate || f->subsume))
      return true;
  }
  return false;
}

static void eliminate (struct solver *s) {
  struct simp *simp = s->simp;
  simp->reference = s->stats.search_ticks - simp->last_eliminate;
  simp->stats.eliminations++;
  if (any_candidate (s))
    simp_eliminate (s);
  simp->last_eliminate = s->stats.search_ticks;
  set_eliminate_limit (s);
}

// Not while variables may come back with clauses that are added.
static bool compacting (const struct solver *s) {
  const unsigned gone = s->vars - (unsigned)s->stats.active;
  return s->simp->opts.compact && !s->simp->opts.incremental &&
         s->stats.active && gone > s->vars / 10;
}

// The first variable from 'idx' on that has a place, in the new numbers.
static unsigned place_of (const uint32_t *map, unsigned vars, unsigned idx) {
  while (idx < vars && map[idx] == UINT32_MAX)
    idx++;
  return idx < vars ? map[idx] : 0;
}

static void map_probed (struct simp *simp, const uint32_t *map) {
  size_t size = 0;
  for (size_t lit = 0; lit != simp->probed.size; lit++)
    if (map[lit / 2] != UINT32_MAX)
      simp->probed.data[size++] = simp->probed.data[lit];
  simp->probed.size = size;
}

static void compact (struct solver *s) {
  struct simp *simp = s->simp;
  const unsigned before = s->vars;
  collect (s);
  uint32_t *map = variables_compact (s);
  map_probed (simp, map);
  unsigned *const next[] = {&simp->probe_next, &simp->backbone_next,
                            &simp->transitive_next, &simp->sweep_next};
  for (size_t i = 0; i != sizeof next / sizeof *next; i++)
    *next[i] = place_of (map, before, *next[i]);
  mem_free (map);
}

// Memory for the engine's next clauses, short ways through the arena and
// through all variables.
static void tidy (struct solver *s) {
  if (s->unsat)
    return;
  if (compacting (s))
    compact (s);
  else if (s->garbage > arena_units (s) / 8)
    collect (s);
}

void schedule_run (struct solver *s) {
  if (!propagate_root (s))
    return;
  if (probing (s))
    probe (s);
  if (!s->unsat && !core_stopping (s) && eliminating (s))
    eliminate (s);
  tidy (s);
}

// No search to refer to yet, so in proportion to the formula: enough to try all
// variables of most.  The cap, at about half a million clauses, stands for 30
// million ticks or 0.3 s.
static uint64_t formula_reference (const struct solver *s) {
  const uint64_t reference = 150 * core_units (s);
  const uint64_t most = 300000000;
  return reference < most ? reference : most;
}

static void preprocess (struct solver *s) {
  static technique *const first[] = {simp_substitute, simp_congruence,
                                     simp_backbone, simp_factor};
  struct simp *simp = s->simp;
  simp->reference = 0;
  if (simp->opts.probe && !RUN_ALL (s, first))
    return;
  simp->reference = formula_reference (s);
  if (simp->opts.eliminate && simp->opts.fastelim && !core_stopping (s))
    simp_fastelim (s);
}

void schedule_preprocess (struct solver *s) {
  const struct simp_options *opts = &s->simp->opts;
  if (!propagate_root (s))
    return;
  if (opts->preprocess && clauses (s) <= (uint64_t)opts->simp_huge)
    preprocess (s);
  tidy (s);
  set_probe_limit (s);
  set_eliminate_limit (s);
}
