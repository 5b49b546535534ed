// hooks.c - what the question asks of this rank: formula, engines, answer.
//
// Read     hooks_of, then in the order of its rows
#include "mpi/internal.h"

#include "base/clock.h"
#include "base/fatal.h"
#include "base/memory.h"
#include "mpi/answer.h"
#include "mpi/last.h"
#include "mpi/memory.h"
#include "mpi/summary.h"
#include "mpi/wake.h"

#include <string.h>

/*------------------------------------------------------------------------*/
// The formula.

static void end_reading (struct job *job) {
  reader_free (job->reader);
  job->reader = NULL;
}

static enum stream_source fail_input (struct job *job) {
  message_error (&job->out, "%s", reader_error (job->reader));
  job->input_failed = true;
  end_reading (job);
  return SOURCE_FAILED;
}

static enum stream_source read_chunk (void *state, int **lits, size_t *size,
                                      int *num_vars) {
  struct job *job = state;
  const bool alone = job->world.tree.size == 1;
  if (!job->reader)
    return SOURCE_WAITING;
  switch (reader_take (job->reader, alone ? 0.05 : 0, lits, size)) {
  case READER_CHUNK:
    return SOURCE_CHUNK;
  case READER_WAITING:
    return SOURCE_WAITING;
  case READER_END:
    *num_vars = reader_vars (job->reader);
    end_reading (job);
    return SOURCE_END;
  case READER_FAILED:
    break;
  }
  return fail_input (job);
}

/*------------------------------------------------------------------------*/
// Engines.

static void start_sharing (struct job *job) {
  const struct lanes *lanes = &job->world.lanes;
  if (lanes->total < 2 || !job->settings->share.share)
    return;
  const struct share_config config = {.engines = lanes->engines,
                                      .max_var = job->num_vars,
                                      .with_ids =
                                          settings_proving (job->settings) ||
                                          job->settings->team.verify,
                                      .options = job->settings->share,
                                      .team = lanes->total};
  job->share = share_new (&config);
}

// An engine that would not fit is not started.
static void tell_engines (struct job *job, const struct formula *formula,
                          uint64_t memory_bytes) {
  const unsigned wanted = job->world.lanes.engines;
  const double needed = 1e-6 * team_engine_bytes (formula);
  if (!job->engines)
    message_error (&job->out,
                   "rank %d: an engine needs about %.0f MB for this formula, "
                   "%.0f MB are left",
                   world_rank (&job->world), needed, 1e-6 * memory_bytes);
  else if (job->engines < wanted)
    message_print (&job->out, MESSAGE_NORMAL,
                   "memory for %u engines of %u on rank %d, %.0f MB each",
                   job->engines, wanted, world_rank (&job->world), needed);
}

static void start_team (struct job *job, const struct formula *formula) {
  const struct settings *settings = job->settings;
  const struct lanes *lanes = &job->world.lanes;
  const struct team_config config = {
      .engines = lanes->engines,
      .first_lane = lanes->first,
      .total_lanes = lanes->total,
      .seed = settings->run.seed,
      .formula = formula,
      .core = settings->core,
      .simp = settings->simp,
      .team = settings->team,
      .share = job->share,
      .proof_dir = settings_proving (settings) ? settings->proof_dir : NULL,
      .memory_bytes = memory_for_engines (job),
      .max_conflicts = settings->run.conflicts,
      .wake = wake_ring};
  job->team = team_new (&config);
  job->engines = team_engines (job->team);
  tell_engines (job, formula, config.memory_bytes);
  team_start (job->team);
}

static struct share *start (void *state, const struct formula *formula,
                            unsigned *period_ms) {
  struct job *job = state;
  job->read_s = clock_wall_s () - job->read_s;
  job->num_vars = formula->num_vars;
  job->num_clauses = formula->num_clauses;
  message_print (&job->out, MESSAGE_NORMAL,
                 "variables %d, clauses %llu, literals %llu, read in %.2f s",
                 job->num_vars, (unsigned long long)job->num_clauses,
                 (unsigned long long)formula->num_literals, job->read_s);
  start_sharing (job);
  start_team (job, formula);
  job->searching = true;
  job->search_wall_s = clock_wall_s ();
  job->search_main_s = clock_thread_cpu_s ();
  if (job->share)
    *period_ms = share_period_ms (job->share);
  return job->share;
}

static bool loaded (void *state) {
  const struct job *job = state;
  return team_loaded (job->team);
}

static void note_search_time (struct job *job) {
  if (!job->searching)
    return;
  job->searching = false;
  job->search_main_s = clock_thread_cpu_s () - job->search_main_s;
  job->search_wall_s = clock_wall_s () - job->search_wall_s;
}

static void stop (void *state) {
  struct job *job = state;
  note_search_time (job);
  team_stop (job->team);
}

static bool stopped (void *state) {
  struct job *job = state;
  if (!team_idle (job->team))
    return false;
  team_join (job->team);
  return true;
}

static bool answer (void *state, struct outcome *outcome) {
  const struct job *job = state;
  struct team_answer answer;
  const bool idle = team_idle (job->team); // before the result: no race
  if (team_result (job->team, &answer)) {
    outcome->status = answer.status;
    outcome->cause = CAUSE_ANSWER;
    outcome->lane = answer.lane;
    outcome->empty_id = answer.empty_id;
    return true;
  }
  outcome->cause = CAUSE_EXHAUSTED;
  return idle;
}

static const signed char *model (void *state) {
  const struct job *job = state;
  int num_vars;
  return team_model (job->team, &num_vars);
}

static bool believe (void *state, const struct formula *formula,
                     const signed char *values) {
  struct job *job = state;
  return answer_believe (formula, values, &job->out);
}

// This rank's own, and those that it has taken over.
static struct partial *const *partials (void *state, unsigned *n) {
  struct job *job = state;
  unsigned own;
  struct partial *const *all = team_partials (job->team, &own);
  message_print (&job->out, MESSAGE_NORMAL, "collecting the proof");
  vec_clear (&job->partials);
  for (unsigned i = 0; i < own; i++)
    vec_push (&job->partials, all[i]);
  for_vec (const partial_ref, adopted, &job->adopted)
    vec_push (&job->partials, *adopted);
  *n = job->partials.size;
  return job->partials.data;
}

static void bequeath (void *state, struct bytes *bytes) {
  const struct job *job = state;
  struct partial_address address;
  unsigned n;
  struct partial *const *all = team_partials (job->team, &n);
  for (unsigned i = 0; i < n; i++)
    if (partial_address (all[i], &address))
      bytes_append (bytes, &address, sizeof address);
}

static void inherit (void *state, int rank, const uint8_t *data, size_t bytes) {
  struct job *job = state;
  struct partial_address address;
  (void)rank;
  if (!job->heir)
    job->heir = heir_new ();
  for (; bytes >= sizeof address;
       data += sizeof address, bytes -= sizeof address) {
    memcpy (&address, data, sizeof address);
    heir_hold (job->heir, &address);
  }
}

static bool adopt_lane (struct job *job, uint64_t lane) {
  char error[PARTIAL_ERROR_BYTES] = "its files cannot be reached";
  struct partial *partial =
      job->heir ? heir_adopt (job->heir, lane, error) : NULL;
  if (partial)
    vec_push (&job->adopted, partial);
  else
    message_warning (&job->out, "the proof of lane %llu is lost: %s",
                     (unsigned long long)lane, error);
  return partial;
}

// A rank that had not started its engines has none.
static bool adopt (void *state, int rank) {
  struct job *job = state;
  const int size = wire_size (job->world.wire);
  uint64_t *first = mem_alloc ((size + 1) * sizeof *first);
  bool whole = true;
  lanes_list (size, wire_cards (job->world.wire), first);
  for (uint64_t lane = first[rank]; lane < first[rank + 1]; lane++)
    whole &= adopt_lane (job, lane);
  mem_free (first);
  return whole;
}

/*------------------------------------------------------------------------*/
// The root speaks.

// A rank that becomes the root gets a voice and the outputs.
static bool become_root (struct job *job) {
  char error[SETTINGS_ERROR_BYTES];
  if (!job->out.file)
    job->out.file = stdout;
  if (job->outputs_ready)
    return true;
  job->outputs_ready = true;
  if (outputs_check (job->settings, error) &&
      outputs_open_proof (&job->outputs, error))
    return true;
  message_error (&job->out, "%s", error);
  job->outputs.failed = true;
  return false;
}

// The first time the file is there already; a pipe cannot be opened again.
static struct file_out *proof (void *state) {
  struct job *job = state;
  char error[SETTINGS_ERROR_BYTES];
  if (!become_root (job))
    fatal ("no place for the proof");
  if (job->proof_taken) {
    outputs_drop_proof (&job->outputs);
    if (!outputs_open_proof (&job->outputs, error))
      fatal ("%s", error);
  }
  job->proof_taken = true;
  return job->outputs.proof;
}

static void begin_check (struct job *job) {
  const char *path = job->settings->formula, *name = job->settings->proof;
  const struct check_input formula = {
      .name = strcmp (path, "-") ? path : "<stdin>", .fd = job->formula_copy};
  const struct check_input proof = {.name = name ? name : "<proof>",
                                    .fd = file_out_end (job->outputs.proof)};
  message_print (&job->out, MESSAGE_NORMAL, "checking the proof");
  job->check_s = clock_wall_s ();
  job->recheck = recheck_new (&formula, &proof, job->settings->run.relaxed,
                              wake_ring, NULL);
}

static int judge (struct job *job, const struct check_result *result) {
  job->check_s = clock_wall_s () - job->check_s;
  if (result->verdict == CHECK_VERIFIED) {
    message_print (&job->out, MESSAGE_NORMAL, "proof verified in %.2f s",
                   job->check_s);
    outputs_keep_proof (&job->outputs);
    return 1;
  }
  message_error (&job->out, "proof not verified: %s", result->message);
  outputs_drop_proof (&job->outputs);
  return -1;
}

// An answer without its proof is one still, unless it was to be checked.
static int check (void *state) {
  struct job *job = state;
  const bool wanted = job->settings->run.check;
  if (job->recheck) {
    const struct check_result *result = recheck_result (job->recheck);
    return result ? judge (job, result) : 0;
  }
  if (!wanted || file_out_failed (job->outputs.proof))
    return outputs_keep_proof (&job->outputs) || !wanted ? 1 : -1;
  begin_check (job);
  return 0;
}

static void decided (void *state, const struct outcome *outcome) {
  struct job *job = state;
  struct message *out = &job->out;
  job->report.silent = true;
  message_end_live (out);
  switch ((enum question_cause)outcome->cause) {
  case CAUSE_ANSWER:
    message_print (out, MESSAGE_NORMAL, "answer by lane %llu on rank %d",
                   (unsigned long long)outcome->lane, outcome->rank);
    break;
  case CAUSE_EXHAUSTED:
    message_print (out, MESSAGE_NORMAL,
                   job->engines ? "all engines reached their limit"
                                : "no engine could be started");
    break;
  case CAUSE_TIME:
    message_print (out, MESSAGE_NORMAL, "time limit of %g s",
                   job->settings->run.time);
    break;
  case CAUSE_MEMORY:
    message_print (out, MESSAGE_NORMAL, "memory limit on rank %d",
                   outcome->rank);
    break;
  case CAUSE_SIGNAL:
    message_print (out, MESSAGE_NORMAL, "%s on rank %d",
                   wake_signal_name (outcome->number), outcome->rank);
    break;
  case CAUSE_LOST:
    message_print (out, MESSAGE_NORMAL, "too much was lost with other ranks");
    break;
  default:
    break;
  }
}

static void lost (void *state, int rank) {
  struct job *job = state;
  if (rank >= job->report.ranks || job->report.lost[rank])
    return;
  job->report.lost[rank] = true;
  if (is_root (job)) {
    become_root (job);
    message_error (&job->out, "rank %d is lost; going on with %d of %d ranks",
                   rank, job->world.tree.size, job->report.ranks);
  }
}

static void explain_proof (struct job *job, const struct outcome *outcome) {
  if (question_outcome (job->question)->status != 20 ||
      !settings_proving (job->settings))
    return;
  if (question_proof_lost (job->question))
    message_print (&job->out, MESSAGE_NORMAL,
                   "unsatisfiable, but a part of the proof is lost with its "
                   "rank");
  (void)outcome;
}

static void say (void *state, const struct outcome *outcome,
                 const signed char *values) {
  struct job *job = state;
  become_root (job);
  explain_proof (job, outcome);
  if (outcome->cause == CAUSE_INPUT)
    return;
  outputs_drop_proof (&job->outputs);
  if (!last_claim (outcome->status))
    return;
  job->status = outcome->status == 10
                    ? answer_sat (&job->outputs, job->num_vars, values)
                    : answer_other (&job->outputs, outcome->status);
}

/*------------------------------------------------------------------------*/
// Counters.

static void count (void *state, void *stats) {
  count_all (state, stats);
}

static void tell_stats (void *state, const void *stats, int ranks) {
  struct job *job = state;
  const struct report_stats *all = stats;
  if (job->input_failed)
    return;
  if ((int)all->rank.ranks < ranks)
    message_error (&job->out, "counters of %d ranks are missing",
                   ranks - (int)all->rank.ranks);
  summary_print (all, job->num_vars, &job->out);
  report_print (all, clock_wall_s () - job->start_s,
                job->settings->run.statistics ? MESSAGE_NORMAL
                                              : MESSAGE_VERBOSE,
                &job->out);
  count_save (job, all);
}

static void look (void *state, void *into) {
  const struct job *job = state;
  struct report_moment *moment = into;
  moment->resident_bytes = clock_resident_bytes ();
  if (has_team (job))
    team_live (job->team, &moment->live);
  moment->engines = job->engines;
  if (!job->share)
    return;
  struct share_stats share;
  share_stats (job->share, &share);
  moment->shared = share.share_incoming;
  moment->admitted = share.share_admitted;
  moment->used = share.share_imported;
}

static void show (void *state, const void *moment) {
  struct job *job = state;
  report_show (&job->report, moment, &job->out);
}

struct question_hooks hooks_of (struct job *job) {
  return (struct question_hooks){.state = job,
                                 .read = read_chunk,
                                 .start = start,
                                 .loaded = loaded,
                                 .stop = stop,
                                 .stopped = stopped,
                                 .answer = answer,
                                 .model = model,
                                 .believe = believe,
                                 .partials = partials,
                                 .bequeath = bequeath,
                                 .inherit = inherit,
                                 .adopt = adopt,
                                 .proof = proof,
                                 .check = check,
                                 .decided = decided,
                                 .lost = lost,
                                 .say = say,
                                 .stats_bytes = sizeof (struct report_stats),
                                 .moment_bytes = sizeof (struct report_moment),
                                 .count = count,
                                 .fold_stats = report_fold,
                                 .tell_stats = tell_stats,
                                 .look = look,
                                 .fold_moment = report_fold_moment,
                                 .show = show};
}
