// report.c - lines at intervals and counters at the end, folded over ranks.
#include "mpi/report.h"

#include "base/memory.h"
#include "mpi/lines.h"

#include <string.h>

struct report {
  struct wire *wire;
  const struct tree *tree;
  void (*look) (void *state, struct report_moment *);
  void *state;
  struct tree_reduce moments, finals;
  uint32_t question; // number of the last one
  bool open;         // it is not answered yet
  bool live;         // as a live line
  bool silent;       // no lines any more
  double seconds;    // when it was asked
  struct lines lines;
  struct report_stats stats;
  bool complete;
};

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

static void fold_moment (struct report_moment *into,
                         const struct report_moment *from) {
  fold_live (&into->live, &from->live);
  into->engines += from->engines;
  into->resident_bytes += from->resident_bytes;
  into->used += from->used;
  if (into->shared < from->shared)
    into->shared = from->shared;
  if (into->admitted < from->admitted)
    into->admitted = from->admitted;
}

static void fold_stats (struct report_stats *into,
                        const struct report_stats *from) {
  team_stats_fold (&into->team, &from->team);
  stats_fold (&share_stat_table, &into->share, &from->share);
  stats_fold (&rank_table, &into->rank, &from->rank);
}

/*------------------------------------------------------------------------*/
// Questions and answers.

static void pass_question (struct report *report, uint32_t question) {
  tree_send_down (report->tree, report->wire, WIRE_REPORT_ASK, question, NULL,
                  0);
  tree_reduce_join (&report->moments, report->tree, question);
}

static void on_question (void *state, const struct wire_message *msg) {
  pass_question (state, msg->round);
}

static void on_moment (void *state, const struct wire_message *msg) {
  struct report *report = state;
  if (msg->bytes == sizeof (struct report_moment))
    tree_reduce_add (&report->moments, report->tree, msg);
}

static void on_final (void *state, const struct wire_message *msg) {
  struct report *report = state;
  if (msg->bytes == sizeof (struct report_stats))
    tree_reduce_add (&report->finals, report->tree, msg);
}

void report_ask (struct report *report, double seconds, bool live) {
  if (report->open)
    return;
  report->open = true;
  report->live = live;
  report->seconds = seconds;
  report->question = (report->question + 1) % WIRE_ROUNDS;
  pass_question (report, report->question);
}

static void print_moment (struct report *report,
                          const struct report_moment *moment,
                          struct message *out) {
  if (report->silent)
    return;
  if (report->live)
    lines_live (&report->lines, moment, report->seconds, out);
  else
    lines_print (&report->lines, moment, report->seconds, out);
}

static void answer (struct report *report, struct message *out) {
  struct report_moment moment = {0}, part;
  report->look (report->state, &moment);
  for (int i = 0; i < report->tree->num_children; i++) {
    memcpy (&part, report->moments.parts[i].bytes.data, sizeof part);
    fold_moment (&moment, &part);
  }
  report->open = false;
  if (tree_is_root (report->tree))
    print_moment (report, &moment, out);
  else
    tree_send_up (report->tree, report->wire, WIRE_REPORT_UP,
                  report->moments.round, &moment, sizeof moment);
}

void report_finish (struct report *report, const struct report_stats *stats) {
  report->stats = *stats;
  tree_reduce_join (&report->finals, report->tree, 1);
}

static void complete (struct report *report) {
  struct report_stats *part = mem_alloc (sizeof *part);
  for (int i = 0; i < report->tree->num_children; i++) {
    memcpy (part, report->finals.parts[i].bytes.data, sizeof *part);
    fold_stats (&report->stats, part);
  }
  mem_free (part);
  report->complete = true;
  if (!tree_is_root (report->tree))
    tree_send_up (report->tree, report->wire, WIRE_STATS_UP, 1, &report->stats,
                  sizeof report->stats);
}

bool report_step (struct report *report, struct message *out) {
  bool moved = false;
  if (tree_reduce_take (&report->moments)) {
    answer (report, out);
    moved = true;
  }
  if (tree_reduce_take (&report->finals)) {
    complete (report);
    moved = true;
  }
  return moved;
}

const struct report_stats *report_result (const struct report *report) {
  return report->complete ? &report->stats : NULL;
}

void report_silence (struct report *report, struct message *out) {
  report->silent = true;
  message_end_live (out);
}

struct report *report_new (struct wire *wire, const struct tree *tree,
                           void (*look) (void *, struct report_moment *),
                           void *state) {
  struct report *report = mem_calloc (1, sizeof *report);
  report->wire = wire;
  report->tree = tree;
  report->look = look;
  report->state = state;
  tree_reduce_init (&report->moments);
  tree_reduce_init (&report->finals);
  wire_handle (wire, WIRE_REPORT_ASK, on_question, report);
  wire_handle (wire, WIRE_REPORT_UP, on_moment, report);
  wire_handle (wire, WIRE_STATS_UP, on_final, report);
  return report;
}

void report_free (struct report *report) {
  wire_handle (report->wire, WIRE_REPORT_ASK, NULL, NULL);
  wire_handle (report->wire, WIRE_REPORT_UP, NULL, NULL);
  wire_handle (report->wire, WIRE_STATS_UP, NULL, NULL);
  tree_reduce_fini (&report->moments);
  tree_reduce_fini (&report->finals);
  mem_free (report);
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
