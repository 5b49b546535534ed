// finish.c - from the decision to the end: model, proof, check, counters.
#include "mpi/internal.h"

#include "base/clock.h"
#include "base/version.h"
#include "mpi/answer.h"
#include "mpi/summary.h"
#include "mpi/wake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double patience_s = 3; // until engines count as stuck

/*------------------------------------------------------------------------*/
// Engines stop.

static void explain (struct job *job) {
  const struct outcome *outcome = &job->outcome;
  struct message *out = &job->out;
  report_silence (job->report, out);
  switch ((enum cause)outcome->cause) {
  case CAUSE_ANSWER:
    message_print (out, MESSAGE_NORMAL, "answer by lane %llu on rank %d",
                   (unsigned long long)outcome->lane, outcome->rank);
    break;
  case CAUSE_EXHAUSTED:
    message_print (out, MESSAGE_NORMAL, "all engines reached their limit");
    break;
  case CAUSE_TIME:
    message_print (out, MESSAGE_NORMAL, "time limit of %g s",
                   job->settings->run.time);
    break;
  case CAUSE_MEMORY:
    message_print (out, MESSAGE_NORMAL, "memory limit of %lld MB on rank %d",
                   (long long)job->settings->run.memory, outcome->rank);
    break;
  case CAUSE_SIGNAL:
    message_print (out, MESSAGE_NORMAL, "%s on rank %d",
                   wake_signal_name (outcome->number), outcome->rank);
    break;
  case CAUSE_NONE:
    break;
  }
}

static bool needs_proof (const struct job *job) {
  return job->outcome.status == 20 && job->collect;
}

// Engines look at their flag every few milliseconds; if one does not, a run
// that was told to end still ends.  A proof needs them all.
static bool engines_stopped (struct job *job) {
  if (!job->team)
    return true;
  if (team_idle (job->team)) {
    team_join (job->team);
    return true;
  }
  if (needs_proof (job) || clock_wall_s () - job->stage_s < patience_s)
    return false;
  message_error (&job->out, "rank %d: engines did not stop within %g s",
                 job->tree.rank, patience_s);
  return job->stuck = true;
}

static void begin_model (struct job *job) {
  transport_init (&job->transport, job->wire, job->num_vars);
  const bool winner = job->outcome.rank == job->tree.rank;
  if (is_root (job) && !winner)
    transport_expect (&job->transport);
  if (!is_root (job) && winner) {
    int num_vars;
    transport_pack (&job->transport, team_model (job->team, &num_vars));
  }
  enter_stage (job, MODEL);
}

static void begin_collect (struct job *job) {
  unsigned n;
  struct partial *const *partials = team_partials (job->team, &n);
  collect_ready (job->collect, partials, n);
  if (is_root (job)) {
    size_t epochs;
    const uint64_t *ids = rounds_epochs (job->rounds, &epochs);
    collect_start (job->collect, job->outcome.empty_id, ids, epochs);
    message_print (&job->out, MESSAGE_NORMAL, "collecting the proof");
  }
  enter_stage (job, COLLECT);
}

static bool halt_step (struct job *job) {
  if (!engines_stopped (job))
    return false;
  if (is_root (job))
    explain (job);
  if (job->outcome.status == 10)
    begin_model (job);
  else if (needs_proof (job))
    begin_collect (job);
  else
    enter_stage (job, TALK);
  return true;
}

/*------------------------------------------------------------------------*/
// Satisfiable.

static void answer_model (struct job *job, const signed char *values) {
  job->status = answer_sat (&job->outputs, &job->formula, values);
}

static bool model_step (struct job *job) {
  const int winner = job->outcome.rank;
  int num_vars;
  if (is_root (job) && winner == job->tree.rank)
    answer_model (job, team_model (job->team, &num_vars));
  else if (is_root (job)) {
    if (!transport_complete (&job->transport))
      return false;
    signed char *values = transport_unpack (&job->transport);
    answer_model (job, values);
    mem_free (values);
  } else if (winner == job->tree.rank && !transport_send (&job->transport, 0))
    return false;
  enter_stage (job, COUNT);
  return true;
}

/*------------------------------------------------------------------------*/
// Unsatisfiable with a proof.

static bool give_up (struct job *job) {
  tree_send_down (&job->tree, job->wire, WIRE_STOP, STOP_PROOF, NULL, 0);
  collect_free (job->collect);
  job->collect = NULL;
  outputs_drop_proof (&job->outputs);
  job->outcome.status = 0;
  if (is_root (job)) {
    explain (job);
    message_print (&job->out, MESSAGE_NORMAL,
                   "unsatisfiable, but the proof is not finished");
  }
  enter_stage (job, TALK);
  return true;
}

static void begin_check (struct job *job) {
  const char *path = job->settings->formula, *name = job->settings->proof;
  const struct check_input formula = {
      .name = strcmp (path, "-") ? path : "<stdin>", .fd = job->formula_copy};
  const struct check_input proof = {.name = name ? name : "<proof>",
                                    .fd = file_out_end (job->outputs.proof)};
  message_print (&job->out, MESSAGE_NORMAL, "checking the proof");
  job->recheck = recheck_new (&formula, &proof, job->settings->run.relaxed,
                              wake_ring, NULL);
  enter_stage (job, CHECK);
}

// Root.  An answer without its proof is one still, unless it was to be checked.
static void end_collect (struct job *job) {
  const bool check = job->settings->run.check;
  if (check && !file_out_failed (job->outputs.proof))
    begin_check (job);
  else if (!outputs_keep_proof (&job->outputs) && check)
    job->outcome.status = 0;
}

static bool collect_once (struct job *job) {
  if (job->abandoned)
    return give_up (job);
  const enum collect_state state = collect_step (job->collect);
  if (state != COLLECT_DONE)
    return state == COLLECT_BUSY;
  enter_stage (job, TALK);
  if (is_root (job))
    end_collect (job);
  return true;
}

static void judge (struct job *job, const struct check_result *result) {
  if (result->verdict == CHECK_VERIFIED) {
    message_print (&job->out, MESSAGE_NORMAL, "proof verified in %.2f s",
                   job->check_s);
    outputs_keep_proof (&job->outputs);
    return;
  }
  message_error (&job->out, "proof not verified: %s", result->message);
  outputs_drop_proof (&job->outputs);
  job->outcome.status = 0;
}

static bool check_step (struct job *job) {
  if (job->abandoned)
    return give_up (job);
  const struct check_result *result = recheck_result (job->recheck);
  if (!result)
    return false;
  job->check_s = clock_wall_s () - job->stage_s;
  judge (job, result);
  enter_stage (job, TALK);
  return true;
}

static bool talk_step (struct job *job) {
  if (is_root (job))
    job->status = answer_other (&job->outputs, job->outcome.status);
  enter_stage (job, COUNT);
  return true;
}

/*------------------------------------------------------------------------*/
// Counters.

static void count_rounds (const struct job *job, struct rank_counters *rank) {
  const struct rounds_stats *rounds = rounds_stats (job->rounds);
  rank->rounds_skipped = rounds->skipped;
  rank->round_bytes = rounds->bytes;
  rank->round_latency_peak = rounds->latency_max_s;
  if (rounds->finished)
    rank->round_latency = rounds->latency_s / rounds->finished;
}

static void count_wire (const struct job *job, struct rank_counters *rank) {
  const struct wire_stats *wire = wire_stats (job->wire);
  rank->wire_messages = wire->messages_sent;
  rank->wire_frames = wire->frames_sent;
  rank->wire_bytes = wire->bytes_sent;
  rank->suspicions = wire->suspicions;
}

static void count_proof (const struct job *job, struct rank_counters *rank) {
  if (!job->collect)
    return;
  const struct collect_stats *collect = collect_stats (job->collect);
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
  rank->read_time = job->read_s;
  rank->process_time = clock_process_cpu_s ();
  rank->communicator_time = clock_thread_cpu_s ();
  if (job->search_wall_s > 0)
    rank->communicator_share = 100 * job->search_main_s / job->search_wall_s;
  rank->resident_peak = rank->resident_total = clock_peak_bytes ();
}

static void count (struct job *job) {
  struct report_stats *stats = mem_calloc (1, sizeof *stats);
  if (job->team && !job->stuck)
    team_stats (job->team, &stats->team);
  if (job->share)
    share_stats (job->share, &stats->share);
  count_time (job, &stats->rank);
  count_rounds (job, &stats->rank);
  count_wire (job, &stats->rank);
  count_proof (job, &stats->rank);
  report_finish (job->report, stats);
  mem_free (stats);
}

static const char *const cause_names[] = {
#define CAUSE(NAME, TEXT) TEXT,
#include "mpi/causes.def"
#undef CAUSE
};

static const char *const stage_names[] = {
#define STAGE(NAME, TEXT) TEXT,
#include "mpi/stages.def"
#undef STAGE
};

static void write_json (const struct job *job, FILE *file) {
  struct json json;
  json_init (&json, file);
  json_open_object (&json, NULL);
  json_string (&json, "version", TUTTI_VERSION);
  json_string (&json, "commit", TUTTI_COMMIT);
  json_string (&json, "formula", job->settings->formula);
  json_int (&json, "status", job->status);
  json_string (&json, "cause", cause_names[job->outcome.cause]);
  json_string (&json, "stage", stage_names[job->outcome_stage]);
  json_uint (&json, "lane", job->outcome.lane);
  json_uint (&json, "lanes", job->lanes.total);
  json_int (&json, "variables", job->num_vars);
  json_uint (&json, "clauses", job->num_clauses);
  report_json (report_result (job->report), &json);
  json_close_object (&json);
  json_finish (&json);
}

static void save_stats (struct job *job) {
  struct file_out *file = outputs_open (&job->outputs, job->settings->stats);
  char *text = NULL;
  size_t bytes;
  FILE *stream = file ? open_memstream (&text, &bytes) : NULL;
  if (!stream)
    return;
  write_json (job, stream);
  fclose (stream);
  file_out_write (file, text, bytes);
  outputs_close (&job->outputs, file);
  free (text);
}

static void leave (struct job *job) {
  tree_send_down (&job->tree, job->wire, WIRE_BYE, 0, NULL, 0);
  enter_stage (job, LEAVE);
}

static bool count_step (struct job *job) {
  if (job->stage_s) { // entered just now
    job->stage_s = 0;
    count (job);
  }
  const struct report_stats *stats = report_result (job->report);
  if (!stats || (!is_root (job) && !job->bye))
    return false;
  if (is_root (job)) {
    summary_print (stats, job->num_vars, &job->out);
    report_print (stats, clock_wall_s () - job->start_s,
                  job->settings->run.statistics ? MESSAGE_NORMAL
                                                : MESSAGE_VERBOSE,
                  &job->out);
    save_stats (job);
  }
  leave (job);
  return true;
}

bool finish_step (struct job *job) {
  switch (job->stage) {
  case HALT:
    return halt_step (job);
  case MODEL:
    return model_step (job);
  case COLLECT:
    return collect_once (job);
  case CHECK:
    return check_step (job);
  case TALK:
    return talk_step (job);
  case COUNT:
    return count_step (job);
  default:
    return false;
  }
}
