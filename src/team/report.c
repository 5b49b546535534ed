// report.c - counters of the engines, while they run and at the end.
#include "team/internal.h"

#include <string.h>

// ------------------------------------------------------------------- live

static uint64_t relaxed (const _Atomic uint64_t *counter) {
  return atomic_load_explicit (counter, memory_order_relaxed);
}

// An engine that has not refreshed its counters yet says nothing about
// variables and clauses.
static bool informed (const struct core_live *from) {
  return relaxed (&from->active) || relaxed (&from->fixed) ||
         relaxed (&from->conflicts);
}

static void keep_best (struct team_live *live, const struct core_live *from,
                       uint64_t lane, bool first) {
  const uint64_t active = relaxed (&from->active);
  if (!first && live->active <= active)
    return;
  live->active = active;
  live->redundant = relaxed (&from->redundant);
  live->irredundant = relaxed (&from->irredundant);
  live->best_lane = lane;
}

void team_live (const struct team *team, struct team_live *live) {
  bool first = true;
  *live = (struct team_live){.active = (uint64_t)team->num_vars};
  for (unsigned i = 0; i < team->num_engines; i++) {
    const struct engine *engine = &team->engines[i];
    const struct core_live *from =
        atomic_load_explicit (&engine->live, memory_order_acquire);
    if (!from)
      continue;
    live->searching++;
    live->conflicts += relaxed (&from->conflicts);
    live->propagations += relaxed (&from->propagations);
    live->bytes += relaxed (&from->bytes);
    if (!informed (from))
      continue;
    const uint64_t fixed = relaxed (&from->fixed);
    if (live->fixed < fixed)
      live->fixed = fixed;
    keep_best (live, from, engine->lane, first);
    first = false;
  }
}

// ----------------------------------------------------------------- tables

static const struct stat_row core_rows[] = {
#define STAT STAT_ROW
#include "core/stats.def"
#undef STAT
};

static const struct stat_row team_rows[] = {
#define STAT STAT_ROW
#define STAT_REAL STAT_REAL_ROW
#include "team/stats.def"
#undef STAT
#undef STAT_REAL
};

static const struct stat_table core_table = STAT_TABLE ("search", core_rows);
static const struct stat_table team_table = STAT_TABLE ("team", team_rows);

const struct team_stat_part team_stat_parts[TEAM_STAT_PARTS] = {
    {&core_table, offsetof (struct team_stats, core)},
    {&simp_stat_table, offsetof (struct team_stats, simp)},
    {&team_table, offsetof (struct team_stats, team)},
};

void team_stats_fold (struct team_stats *into, const struct team_stats *from) {
  for (unsigned i = 0; i < TEAM_STAT_PARTS; i++) {
    const struct team_stat_part *part = &team_stat_parts[i];
    stats_fold (part->table, (char *)into + part->offset,
                (const char *)from + part->offset);
  }
}

static struct team_counters counters (const struct engine *engine) {
  struct team_counters counters = {
      .engines = 1,
      .load_time = engine->load_s,
      .engine_time = engine->cpu_s,
  };
  if (engine->partial) {
    counters.proof_lines = partial_lines (engine->partial);
    counters.proof_bytes = partial_bytes (engine->partial);
  }
  if (engine->online)
    counters.verified = online_checked (engine->online);
  return counters;
}

void team_stats (const struct team *team, struct team_stats *stats) {
  bool first = true;
  *stats = (struct team_stats){0};
  for (unsigned i = 0; i < team->num_engines; i++) {
    const struct engine *engine = &team->engines[i];
    struct team_stats more = {.team = counters (engine)};
    if (!engine->solver)
      continue;
    core_get_stats (engine->solver, &more.core);
    simp_get_stats (engine->solver, &more.simp);
    if (first)
      *stats = more;
    else
      team_stats_fold (stats, &more);
    first = false;
  }
}
