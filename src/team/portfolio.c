// portfolio.c - which options each lane runs with.
// Idea     seeds and the arrival of different clauses do most of the work; a
//          few lanes lean to one kind of formula, and most leave simplifying
//          to a few that are spread evenly over the machine
// Source   [SchreiberSanders-SAT'21]; random phases of a few variables
//          [BalyoSandersSinz-SAT'15]; phases and stable mode for satisfiable
//          formulas [CaiZhang-SAT'21]
// Differs  no noise on decay, restarts or reduction: measured without gain
// Needs    rows of core, simp and team options
#include "team/portfolio.h"

#include "base/rng.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_SETTINGS = 6, CYCLE = 8 };

struct setting {
  const char *option; // of core or simp; NULL ends the list
  double value;
};

struct role {
  const char *name;
  struct setting settings[MAX_SETTINGS];
};

static const struct role plain = {"default", {{NULL, 0}}};
static const struct role inverted = {"inverted", {{"phase", 0}}};
static const struct role stable = {"stable", {{"mode", 2}, {"target", 2}}};
static const struct role focused = {"focused", {{"mode", 0}}};
static const struct role walker = {
    "walker",
    {{"mode", 2}, {"target", 2}, {"walk_initially", 1}, {"walk_effort", 500}}};

// Half of the lanes are plain: what is best for one engine is best for most.
static const struct role *const cycle[CYCLE] = {
    &plain, &plain, &stable, &plain, &focused, &plain, &inverted, &plain,
};

// Searchers preprocess like all others, so that engines search about the same
// formula and few imports mention a variable that was eliminated here.
static const struct setting search_only[] = {{"simplify", 0}, {NULL, 0}};

// --------------------------------------------------------------- who is who

// Lanes l with floor ((l+1) count / total) > floor (l count / total): 'count'
// of them, evenly spread, the last lane among them.
static bool spread (uint64_t lane, uint64_t count, uint64_t total) {
  return lane * count / total != (lane + 1) * count / total;
}

// sqrt (2 L), but at most every other one: 1 of 2 lanes, 2 of 4, 6 of 16, 12 of
// 64, 40 of 768.  With all 768 simplifying, 33 of 322 formulas are lost
// [SchreiberSanders-SAT'21]; with both of 2, refutations take 1.07 of the time
// (docs/benchmarks.md).
uint64_t portfolio_simplifiers (const struct team_options *team,
                                uint64_t total) {
  const uint64_t given = (uint64_t)team->simplifiers;
  if (given)
    return given < total ? given : total;
  const uint64_t count = (uint64_t)ceil (sqrt (2.0 * (double)total));
  const uint64_t half = (total + 1) / 2;
  return count < half ? count : half;
}

// Counted from the other end, so that lane 0 is one of them and the last lane,
// a walker in larger teams, the last to become one.
bool portfolio_simplifies (const struct team_options *team, uint64_t lane,
                           uint64_t total) {
  if (!team->portfolio)
    return true;
  return spread (total - 1 - lane, portfolio_simplifiers (team, total), total);
}

// One in 32, at least one from 8 lanes on.
static uint64_t walkers (const struct team_options *team, uint64_t total) {
  if (team->walkers >= 0)
    return (uint64_t)team->walkers < total ? (uint64_t)team->walkers
                                           : total - 1;
  return total < 8 ? 0 : (total + 31) / 32;
}

static const struct role *role_of (const struct team_options *team,
                                   uint64_t lane, uint64_t total) {
  if (!lane || !team->portfolio)
    return &plain;
  if (spread (lane, walkers (team, total), total))
    return &walker;
  return cycle[lane % CYCLE];
}

// ------------------------------------------------------------------ settings

// Sets an option unless the user has changed it.
static void suggest (const struct option_table *tables, size_t n,
                     const char *option, double value) {
  const struct option_table *table;
  const struct option_row *row =
      options_find (tables, n, option, strlen (option), &table);
  assert (row);
  if (options_get (table, row) == row->value)
    options_set (table, row, value);
}

static void suggest_all (const struct option_table *tables, size_t n,
                         const struct setting *settings) {
  for (; settings->option; settings++)
    suggest (tables, n, settings->option, settings->value);
}

// Lane 0 has the run's seed itself; 32 bits, as the option's range says.
static uint32_t lane_seed (uint64_t seed, uint64_t lane) {
  return (uint32_t)(lane ? rng_mix (seed ^ rng_mix (lane)) : seed);
}

void portfolio_apply (const struct team_options *team, uint64_t lane,
                      uint64_t total, uint64_t seed, struct core_options *core,
                      struct simp_options *simp) {
  assert (lane < total);
  const struct option_table tables[] = {core_option_table (core),
                                        simp_option_table (simp)};
  core->seed = lane_seed (seed, lane);
  if (!team->portfolio)
    return;
  suggest_all (tables, 2, role_of (team, lane, total)->settings);
  if (!portfolio_simplifies (team, lane, total))
    suggest_all (tables, 2, search_only);
  if (lane && team->sparse_phases)
    suggest (tables, 2, "random_phases", 1.0 / (double)total);
}

// ------------------------------------------------------------------- listing

static size_t describe_changes (const struct option_table *was,
                                const struct option_table *now, char *buffer,
                                size_t used) {
  for (size_t i = 0; i < now->num_rows && used < PORTFOLIO_DESCRIPTION_BYTES;
       i++) {
    const struct option_row *row = &now->rows[i];
    const double value = options_get (now, row);
    if (value != options_get (was, &was->rows[i]) && strcmp (row->name, "seed"))
      used +=
          (size_t)snprintf (buffer + used, PORTFOLIO_DESCRIPTION_BYTES - used,
                            " %s=%.4g", row->name, value);
  }
  return used;
}

const char *portfolio_describe (const struct team_options *team, uint64_t lane,
                                uint64_t total, const struct core_options *core,
                                const struct simp_options *simp, char *buffer) {
  struct core_options old_core = *core, new_core = *core;
  struct simp_options old_simp = *simp, new_simp = *simp;
  portfolio_apply (team, lane, total, 0, &new_core, &new_simp);
  const struct option_table was[] = {core_option_table (&old_core),
                                     simp_option_table (&old_simp)};
  const struct option_table now[] = {core_option_table (&new_core),
                                     simp_option_table (&new_simp)};
  size_t used = (size_t)snprintf (
      buffer, PORTFOLIO_DESCRIPTION_BYTES, "lane %-6llu %-9s %-10s",
      (unsigned long long)lane, role_of (team, lane, total)->name,
      portfolio_simplifies (team, lane, total) ? "simplifier" : "searcher");
  for (size_t i = 0; i < 2; i++)
    used = describe_changes (&was[i], &now[i], buffer, used);
  return buffer;
}
