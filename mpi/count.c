// count.c - this rank's counters, and all ranks' as JSON.
#include "mpi/internal.h"

#include "base/clock.h"
#include "base/version.h"
#include "dist/collect.h"

#include <stdlib.h>
#include <string.h>

static void count_rounds (const struct job *job, struct rank_counters *rank) {
  const struct rounds_stats *rounds = question_rounds (job->question);
  rank->rounds_skipped = rounds->skipped;
  rank->round_bytes = rounds->bytes;
  rank->round_latency_peak = rounds->latency_max_s;
  if (rounds->finished)
    rank->round_latency = rounds->latency_s / rounds->finished;
}

static void count_wire (const struct job *job, struct rank_counters *rank) {
  const struct wire_stats *wire = wire_stats (job->world.wire);
  rank->wire_messages = wire->messages_sent;
  rank->wire_frames = wire->frames_sent;
  rank->wire_bytes = wire->bytes_sent;
  rank->suspicions = wire->suspicions;
  rank->stale_frames = wire->stale;
  rank->refused_frames = wire->refused;
  rank->generations = wire_generation (job->world.wire);
}

static void count_proof (const struct job *job, struct rank_counters *rank) {
  const struct collect_stats *collect = question_collected (job->question);
  if (!collect)
    return;
  rank->proof_windows = collect->windows;
  rank->proof_kept = collect->kept_lines;
  rank->proof_asked = collect->asked_ids;
  rank->merged_lines = collect->merged_lines;
  rank->merged_bytes = collect->merged_bytes;
  rank->prune_time = collect->prune_s;
  rank->merge_time = collect->merge_s;
  rank->write_time = collect->write_s;
  rank->check_time = job->check_s;
}

static void count_time (const struct job *job, struct rank_counters *rank) {
  rank->ranks = 1;
  rank->wall_time = clock_wall_s () - job->start_s;
  rank->read_time = job->team ? job->read_s : 0;
  rank->process_time = clock_process_cpu_s ();
  rank->communicator_time = clock_thread_cpu_s ();
  if (!job->searching && job->search_wall_s > 0)
    rank->communicator_share = 100 * job->search_main_s / job->search_wall_s;
  rank->resident_peak = rank->resident_total = clock_peak_bytes ();
}

void count_all (struct job *job, struct report_stats *stats) {
  memset (stats, 0, sizeof *stats);
  job->stuck = job->team && !team_idle (job->team);
  if (job->stuck)
    message_error (&job->out, "rank %d: engines do not stop",
                   world_rank (&job->world));
  if (has_team (job))
    team_stats (job->team, &stats->team);
  if (job->share)
    share_stats (job->share, &stats->share);
  count_time (job, &stats->rank);
  count_rounds (job, &stats->rank);
  count_wire (job, &stats->rank);
  count_proof (job, &stats->rank);
}

static void write_json (const struct job *job, const struct report_stats *stats,
                        FILE *file) {
  const struct outcome *outcome = question_outcome (job->question);
  struct json json;
  json_init (&json, file);
  json_open_object (&json, NULL);
  json_string (&json, "version", TUTTI_VERSION);
  json_string (&json, "commit", TUTTI_COMMIT);
  json_string (&json, "formula", job->settings->formula);
  json_int (&json, "status", job->status);
  json_string (&json, "cause", question_cause_name (outcome->cause));
  json_string (&json, "stage",
               question_stage_name (question_outcome_stage (job->question)));
  json_uint (&json, "lane", outcome->lane);
  json_uint (&json, "lanes", job->world.lanes.total);
  json_int (&json, "variables", job->num_vars);
  json_uint (&json, "clauses", job->num_clauses);
  report_json (stats, &json);
  json_close_object (&json);
  json_finish (&json);
}

void count_save (struct job *job, const struct report_stats *stats) {
  struct file_out *file = outputs_open (&job->outputs, job->settings->stats);
  char *text = NULL;
  size_t bytes;
  FILE *stream = file ? open_memstream (&text, &bytes) : NULL;
  if (!stream)
    return;
  write_json (job, stats, stream);
  fclose (stream);
  file_out_write (file, text, bytes);
  outputs_close (&job->outputs, file);
  free (text);
}
