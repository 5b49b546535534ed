// summary.c - a dozen of the counters, for people.
#include "mpi/summary.h"

#include <stdio.h>

struct row {
  const char *name, *format;
  double value, part, whole;
  const char *words;
};

static void print_row (const struct row *row, struct message *out) {
  char value[32];
  if (!row->value && !row->whole)
    return;
  snprintf (value, sizeof value, row->format, row->value);
  if (row->whole)
    message_print (out, MESSAGE_NORMAL, "%-14s %18s %16.2f %s", row->name,
                   value, row->part / row->whole, row->words);
  else
    message_print (out, MESSAGE_NORMAL, "%-14s %18s", row->name, value);
}

void summary_print (const struct report_stats *stats, int num_vars,
                    struct message *out) {
  const struct core_stats *core = &stats->team.core;
  const struct team_counters *team = &stats->team.team;
  const struct share_stats *share = &stats->share;
  const struct rank_counters *rank = &stats->rank;
  const double seconds = rank->wall_time;
  const double variables = team->engines ? num_vars : 0; // else none looked
  const struct row rows[] = {
#define ROW(NAME, VALUE, FORMAT, PART, WHOLE, WORDS)                           \
  {NAME, FORMAT, VALUE, PART, WHOLE, WORDS},
#include "mpi/summary.def"
#undef ROW
  };
  message_section (out, MESSAGE_NORMAL, "statistics");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    print_row (rows + i, out);
}
