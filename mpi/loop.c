// loop.c - the communicator: polls, sleeps, watches limits of this rank.
//
// Idea     sleep twice as long each time nothing moves, up to a few ms; an
//          answer or a signal ends the sleep at once
// Expect   60 wakes a second while searching on several ranks and nothing
//          moves, each about 10 us, and a few more for each message
#include "mpi/internal.h"

#include "base/cgroup.h"
#include "base/clock.h"
#include "mpi/memory.h"
#include "mpi/guard.h"
#include "mpi/wake.h"

#include <errno.h>
#include <math.h>
#include <signal.h>

enum { LIVE_PER_S = 4 }; // updates of the live line

static const double shortest_s = 50e-6;
static const double shortest_share_s = 1e-3; // a round takes some of these
static const double longest_talk_s = 16e-3;  // with other ranks
static const double longest_share_s = 1e-2;  // only between own engines
static const double longest_alone_s = 0.1;   // nothing but limits
static const double longest_finish_s = 1e-3;
static const double memory_period_s = 0.05;
static const double alive_s = 5;     // until the guard doubts it
static const double obedience_s = 1; // of the root, when a signal was told

/*------------------------------------------------------------------------*/
// What may end the question.

// A rank whose root does not react obeys by itself.
static void desert (struct job *job) {
  message_error (&job->out, "rank %d leaves: rank %d does not react",
                 world_rank (&job->world), job->world.tree.root);
  job->deserted = true;
  question_desert (job->question, CAUSE_SIGNAL);
}

static void watch_signal (struct job *job, double now_s) {
  const unsigned signals = wake_signals ();
  if (signals != job->told_signals) {
    job->told_signals = signals;
    job->signal_s = now_s;
    question_end (job->question, CAUSE_SIGNAL, wake_signal ());
  }
  if (signals && !is_root (job) && !question_outcome (job->question) &&
      now_s - job->signal_s > obedience_s)
    desert (job);
}

static void watch_time (struct job *job, double now_s) {
  const double limit_s = job->settings->run.time;
  if (limit_s > 0 && is_root (job) && now_s - job->start_s >= limit_s)
    question_end (job->question, CAUSE_TIME, 0);
}

static void watch_memory (struct job *job, double now_s) {
  if (job->told_memory || !job->memory_limited ||
      now_s - job->memory_look_s < memory_period_s)
    return;
  job->memory_look_s = now_s;
  if (!memory_short (job))
    return;
  job->told_memory = true;
  question_end (job->question, CAUSE_MEMORY, 0);
}

// When nobody reads the answer any more and nothing else was asked for.
static void watch_stdout (struct job *job) {
  if (job->out.error != EPIPE || job->told_stdout ||
      outputs_wanted (&job->outputs))
    return;
  job->told_stdout = true;
  question_end (job->question, CAUSE_SIGNAL, SIGPIPE);
}

// A peer that speaks nonsense is told of once.
static void watch_refusals (struct job *job) {
  enum wire_kind kind;
  int from;
  const char *why;
  if (job->told_refused || !wire_refused (job->world.wire, &kind, &from, &why))
    return;
  job->told_refused = true;
  message_error (&job->out, "rank %d refused a message %s of rank %d: %s",
                 world_rank (&job->world), wire_kind_name (kind), from, why);
}

static void watch (struct job *job) {
  const double now_s = clock_wall_s ();
  guard_extend (alive_s);
  watch_signal (job, now_s);
  watch_time (job, now_s);
  watch_memory (job, now_s);
  watch_stdout (job);
  watch_refusals (job);
}

/*------------------------------------------------------------------------*/
// Report lines.

static bool searching (const struct job *job) {
  return question_stage (job->question) == QUESTION_SEARCH;
}

// Times of the next line and the next live line; huge if there are none.
static double next_report_s (const struct job *job) {
  if (!is_root (job) || job->settings->run.quiet || !searching (job))
    return HUGE_VAL;
  return fmin (job->next_report_s, job->next_live_s);
}

static void ask_for_reports (struct job *job, double now_s) {
  if (now_s < next_report_s (job))
    return;
  job->report.live = now_s < job->next_report_s;
  job->report.seconds = now_s - job->start_s;
  question_ask (job->question);
  if (job->report.live)
    job->next_live_s = now_s + 1.0 / LIVE_PER_S;
  else
    job->next_report_s = now_s + job->settings->run.report_interval;
}

/*------------------------------------------------------------------------*/
// Sleeping.

static double longest_pause_s (const struct job *job) {
  if (!searching (job))
    return longest_finish_s;
  if (job->world.tree.size > 1)
    return longest_talk_s;
  return job->share ? longest_share_s : longest_alone_s;
}

// Nobody waits for a round, so its messages need not be met at once: four polls
// after each instead of eight until the longest pause is reached.
static double shortest_pause_s (const struct job *job) {
  return searching (job) && job->share ? shortest_share_s : shortest_s;
}

static double deadline_s (const struct job *job) {
  double deadline_s = next_report_s (job);
  if (job->settings->run.time > 0 && is_root (job))
    deadline_s = fmin (deadline_s, job->start_s + job->settings->run.time);
  if (job->memory_limited)
    deadline_s = fmin (deadline_s, job->memory_look_s + memory_period_s);
  return deadline_s;
}

static void sleep_a_while (struct job *job) {
  const double now_s = clock_wall_s ();
  job->pause_s = fmax (shortest_pause_s (job), 2 * job->pause_s);
  job->pause_s = fmin (job->pause_s, longest_pause_s (job));
  double sleep_s = fmin (job->pause_s, question_wait_s (job->question));
  if (searching (job))
    sleep_s = fmin (sleep_s, deadline_s (job) - now_s);
  if (sleep_s > 0)
    wake_wait (sleep_s);
}

static bool step (struct job *job) {
  bool moved = world_step (&job->world);
  watch (job);
  ask_for_reports (job, clock_wall_s ());
  moved |= question_step (job->question);
  return moved;
}

void loop_run (struct job *job) {
  const struct run_options *run = &job->settings->run;
  const double now_s = clock_wall_s ();
  job->memory_limited = run->memory || cgroup_memory (job->machine).limit;
  job->next_report_s =
      run->report_interval > 0 ? now_s + run->report_interval : HUGE_VAL;
  job->next_live_s = run->progress && message_terminal ()
                         ? now_s + 1.0 / LIVE_PER_S
                         : HUGE_VAL;
  while (question_stage (job->question) != QUESTION_OVER) {
    if (step (job))
      job->pause_s = 0;
    else
      sleep_a_while (job);
  }
}
