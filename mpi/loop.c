// loop.c - the communicator: polls, sleeps, watches limits, decides the end.
//
// Idea     sleep twice as long each time nothing moves, up to a few ms; an
//          answer or a signal ends the sleep at once
// Expect   60 wakes a second while searching on several ranks and nothing
//          moves, each about 10 us, and a few more for each message
#include "mpi/internal.h"

#include "base/clock.h"
#include "mpi/wake.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <string.h>

enum { LIVE_PER_S = 4 }; // updates of the live line

static const double shortest_s = 50e-6;
static const double shortest_share_s = 1e-3; // a round takes some of these
static const double longest_talk_s = 16e-3;  // with other ranks
static const double longest_share_s = 1e-2;  // only between own engines
static const double longest_alone_s = 0.1;   // nothing but limits
static const double longest_finish_s = 1e-3;
static const double memory_period_s = 0.05;

void enter_stage (struct job *job, enum stage stage) {
  job->stage = stage;
  job->stage_s = clock_wall_s ();
  job->pause_s = 0;
}

/*------------------------------------------------------------------------*/
// Decisions.

// Once an answer has become a proof that takes too long, the answer counts as
// lost: it was promised with a proof.
static void abandon (struct job *job, const struct outcome *why) {
  if (job->abandoned || (job->stage != COLLECT && job->stage != CHECK))
    return;
  job->abandoned = true;
  job->outcome_stage = job->stage;
  job->outcome.cause = why->cause;
  job->outcome.rank = why->rank;
  job->outcome.number = why->number;
}

static void decide (struct job *job, const struct outcome *outcome) {
  if (job->decided) {
    if (!outcome->status && outcome->cause != CAUSE_EXHAUSTED)
      abandon (job, outcome);
    return;
  }
  job->exhausted += outcome->cause == CAUSE_EXHAUSTED;
  if (outcome->cause == CAUSE_EXHAUSTED &&
      job->exhausted < (unsigned)job->tree.size)
    return;
  job->outcome = *outcome;
  job->outcome_stage = job->stage;
  job->decided = true;
}

static void tell (struct job *job, enum cause cause, int number) {
  const struct outcome outcome = {
      .cause = cause, .rank = job->tree.rank, .number = number};
  if (is_root (job))
    decide (job, &outcome);
  else
    wire_send (job->wire, 0, WIRE_NOTICE, 0, &outcome, sizeof outcome);
}

static void on_notice (void *state, const struct wire_message *msg) {
  struct outcome outcome;
  if (msg->bytes != sizeof outcome)
    return;
  memcpy (&outcome, msg->data, sizeof outcome);
  decide (state, &outcome);
}

static void on_stop (void *state, const struct wire_message *msg) {
  struct job *job = state;
  if (msg->round == STOP_PROOF)
    job->abandoned = true;
  else if (msg->bytes == sizeof job->outcome) {
    memcpy (&job->outcome, msg->data, sizeof job->outcome);
    job->decided = true;
  }
}

static void on_bye (void *state, const struct wire_message *msg) {
  struct job *job = state;
  (void)msg;
  job->bye = true;
}

void loop_init (struct job *job) {
  wire_handle (job->wire, WIRE_NOTICE, on_notice, job);
  wire_handle (job->wire, WIRE_STOP, on_stop, job);
  wire_handle (job->wire, WIRE_BYE, on_bye, job);
  // The winner's engines may stop before the root's do, and the root may be so
  // fast that it collects while this rank still receives the formula.
  wire_hold (job->wire, WIRE_MODEL);
  wire_hold (job->wire, WIRE_COLLECT_UP);
  wire_hold (job->wire, WIRE_COLLECT_DOWN);
  wire_hold (job->wire, WIRE_COLLECT_LINES);
  job->suspected = -1;
}

/*------------------------------------------------------------------------*/
// What may end the search.

static void watch_signal (struct job *job) {
  const int number = wake_signal ();
  if (!number || job->told_signal)
    return;
  job->told_signal = true;
  tell (job, CAUSE_SIGNAL, number);
}

static void watch_time (struct job *job, double now_s) {
  const double limit_s = job->settings->run.time;
  if (limit_s > 0 && is_root (job) && now_s - job->start_s >= limit_s)
    tell (job, CAUSE_TIME, 0);
}

static void watch_memory (struct job *job, double now_s) {
  const uint64_t limit = 1000000 * (uint64_t)job->settings->run.memory;
  if (!limit || job->told_memory ||
      now_s - job->memory_look_s < memory_period_s)
    return;
  job->memory_look_s = now_s;
  if (clock_resident_bytes () <= limit)
    return;
  job->told_memory = true;
  tell (job, CAUSE_MEMORY, 0);
}

static void tell_answer (struct job *job, const struct team_answer *answer) {
  const struct outcome outcome = {.status = answer->status,
                                  .cause = CAUSE_ANSWER,
                                  .rank = job->tree.rank,
                                  .lane = answer->lane,
                                  .empty_id = answer->empty_id};
  if (is_root (job))
    decide (job, &outcome);
  else
    wire_send (job->wire, 0, WIRE_NOTICE, 0, &outcome, sizeof outcome);
}

static void watch_team (struct job *job) {
  struct team_answer answer;
  if (!job->team || job->told_end || job->stage != SEARCH)
    return;
  const bool idle = team_idle (job->team); // before the result: no race
  if (team_result (job->team, &answer))
    tell_answer (job, &answer);
  else if (idle)
    tell (job, CAUSE_EXHAUSTED, 0);
  else
    return;
  job->told_end = true;
}

static void watch_ranks (struct job *job) {
  const int rank = wire_first_suspected (job->wire);
  if (rank == job->suspected)
    return;
  if (rank >= 0)
    message_error (&job->out, "rank %d has not heard of rank %d for %.1f s",
                   job->tree.rank, rank,
                   1e-3 * (double)job->settings->run.suspect_ms);
  job->suspected = rank;
}

// When nobody reads the answer any more and nothing else was asked for.
static void watch_stdout (struct job *job) {
  if (job->out.error == EPIPE && !job->decided &&
      !outputs_wanted (&job->outputs))
    tell (job, CAUSE_SIGNAL, SIGPIPE);
}

void loop_watch (struct job *job) {
  const double now_s = clock_wall_s ();
  watch_team (job);
  watch_signal (job);
  watch_time (job, now_s);
  watch_memory (job, now_s);
  watch_stdout (job);
  watch_ranks (job);
}

/*------------------------------------------------------------------------*/
// Searching.

// Times of the next line and the next live line; huge if there are none.
static double next_report_s (const struct job *job) {
  if (!is_root (job) || job->settings->run.quiet)
    return HUGE_VAL;
  return fmin (job->next_report_s, job->next_live_s);
}

static void ask_for_reports (struct job *job, double now_s) {
  if (now_s < next_report_s (job))
    return;
  const bool live = now_s < job->next_report_s;
  report_ask (job->report, now_s - job->start_s, live);
  if (live)
    job->next_live_s = now_s + 1.0 / LIVE_PER_S;
  else
    job->next_report_s = now_s + job->settings->run.report_interval;
}

// Ranks but the root need the formula only until their engines have it.
static void drop_formula (struct job *job) {
  if (!is_root (job) && job->formula.chunks.size && team_loaded (job->team))
    formula_fini (&job->formula);
}

static void note_search_time (struct job *job) {
  job->search_main_s = clock_thread_cpu_s () - job->search_main_s;
  job->search_wall_s = clock_wall_s () - job->search_wall_s;
}

static void halt (struct job *job) {
  tree_send_down (&job->tree, job->wire, WIRE_STOP, STOP_SEARCH, &job->outcome,
                  sizeof job->outcome);
  rounds_end (job->rounds);
  if (job->team)
    team_stop (job->team);
  note_search_time (job);
  enter_stage (job, HALT);
}

static bool search_step (struct job *job) {
  if (job->decided) {
    halt (job);
    return true;
  }
  const double now_s = clock_wall_s ();
  if (job->team)
    drop_formula (job);
  ask_for_reports (job, now_s);
  return rounds_step (job->rounds, now_s);
}

/*------------------------------------------------------------------------*/
// Sleeping.

static double longest_pause_s (const struct job *job) {
  if (job->stage != SEARCH)
    return longest_finish_s;
  if (job->tree.size > 1)
    return longest_talk_s;
  return job->share ? longest_share_s : longest_alone_s;
}

// Nobody waits for a round, so its messages need not be met at once: four polls
// after each instead of eight until the longest pause is reached.
static double shortest_pause_s (const struct job *job) {
  return job->stage == SEARCH && job->share ? shortest_share_s : shortest_s;
}

static double deadline_s (const struct job *job) {
  double deadline_s = next_report_s (job);
  if (job->settings->run.time > 0 && is_root (job))
    deadline_s = fmin (deadline_s, job->start_s + job->settings->run.time);
  if (job->settings->run.memory)
    deadline_s = fmin (deadline_s, job->memory_look_s + memory_period_s);
  return deadline_s;
}

static void sleep_a_while (struct job *job) {
  const double now_s = clock_wall_s ();
  job->pause_s = fmax (shortest_pause_s (job), 2 * job->pause_s);
  job->pause_s = fmin (job->pause_s, longest_pause_s (job));
  double sleep_s = fmin (job->pause_s, rounds_wait_s (job->rounds, now_s));
  if (job->stage == SEARCH)
    sleep_s = fmin (sleep_s, deadline_s (job) - now_s);
  if (sleep_s > 0)
    wake_wait (sleep_s);
}

static bool step (struct job *job) {
  bool moved = wire_poll (job->wire);
  loop_watch (job);
  moved |= job->stage == SEARCH ? search_step (job) : finish_step (job);
  moved |= report_step (job->report, &job->out);
  return moved;
}

void loop_run (struct job *job) {
  const struct run_options *run = &job->settings->run;
  const double now_s = clock_wall_s ();
  job->next_report_s =
      run->report_interval > 0 ? now_s + run->report_interval : HUGE_VAL;
  job->next_live_s = run->progress && message_terminal ()
                         ? now_s + 1.0 / LIVE_PER_S
                         : HUGE_VAL;
  job->search_wall_s = now_s;
  job->search_main_s = clock_thread_cpu_s ();
  enter_stage (job, SEARCH);
  while (job->stage != LEAVE) {
    if (step (job))
      job->pause_s = 0;
    else
      sleep_a_while (job);
  }
}
