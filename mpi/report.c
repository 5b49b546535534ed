// report.c - lines at intervals and counters at the end, folded over ranks.
#include "mpi/report.h"

#include "base/memory.h"
#include "mpi/lines.h"

#include <string.h>

static const struct stat_row rows[] = {
#define STAT STAT_ROW
#define STAT_REAL STAT_REAL_ROW
#include "mpi/stats.def"
#undef STAT
#undef STAT_REAL
};

static const struct stat_table rank_table = STAT_TABLE ("ranks", rows);

/*------------------------------------------------------------------------*/
// Folding.

static void fold_live (struct team_live *into, const struct team_live *from) {
  into->conflicts += from->conflicts;
  into->propagations += from->propagations;
  into->bytes += from->bytes;
  into->searching += from->searching;
  if (into->fixed < from->fixed)
    into->fixed = from->fixed;
  if (!from->searching || into->active <= from->active)
    return;
  into->active = from->active;
  into->redundant = from->redundant;
  into->irredundant = from->irredundant;
  into->best_lane = from->best_lane;
}

// As they came over the wire, at any address.
void report_fold_moment (void *state, const void *other) {
  struct report_moment *into = state, part, *from = &part;
  memcpy (from, other, sizeof *from);
  fold_live (&into->live, &from->live);
  into->engines += from->engines;
  into->resident_bytes += from->resident_bytes;
  into->used += from->used;
  if (into->shared < from->shared)
    into->shared = from->shared;
  if (into->admitted < from->admitted)
    into->admitted = from->admitted;
}

void report_fold (void *state, const void *other) {
  struct report_stats *into = state, *from = mem_alloc (sizeof *from);
  memcpy (from, other, sizeof *from);
  team_stats_fold (&into->team, &from->team);
  stats_fold (&share_stat_table, &into->share, &from->share);
  stats_fold (&rank_table, &into->rank, &from->rank);
  mem_free (from);
}

void report_show (struct report *report, const struct report_moment *moment,
                  struct message *out) {
  if (report->silent)
    return;
  if (report->live)
    lines_live (&report->lines, moment, report->seconds, out);
  else
    lines_print (&report->lines, moment, report->seconds, out);
}

/*------------------------------------------------------------------------*/
// Everything at the end.

void report_print (const struct report_stats *stats, double seconds, int level,
                   struct message *out) {
  for (unsigned i = 0; i < TEAM_STAT_PARTS; i++)
    stats_print (team_stat_parts[i].table,
                 (const char *)&stats->team + team_stat_parts[i].offset,
                 seconds, out, level);
  stats_print (&share_stat_table, &stats->share, seconds, out, level);
  stats_print (&rank_table, &stats->rank, seconds, out, level);
}

void report_json (const struct report_stats *stats, struct json *json) {
  for (unsigned i = 0; i < TEAM_STAT_PARTS; i++)
    stats_json (team_stat_parts[i].table,
                (const char *)&stats->team + team_stat_parts[i].offset, json);
  stats_json (&share_stat_table, &stats->share, json);
  stats_json (&rank_table, &stats->rank, json);
}
