// local.c - a library call with several engines: a question to a world of one
// rank, asked from the caller's thread.
//
// Read     local_solve, then the hooks in the order of 'hooks'
#include "team/local.h"

#include "cnf/model.h"
#include "dist/question.h"
#include "wire/loopback.h"

#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

// ------------------------------------------------------------------ waking

// Wakes the communicator when an engine has the answer.
struct bell {
  pthread_mutex_t lock;
  pthread_cond_t cond;
  bool rung; // under 'lock'
};

static void bell_init (struct bell *bell) {
  pthread_condattr_t attr;
  pthread_condattr_init (&attr);
  pthread_condattr_setclock (&attr, CLOCK_MONOTONIC);
  pthread_mutex_init (&bell->lock, NULL);
  pthread_cond_init (&bell->cond, &attr);
  pthread_condattr_destroy (&attr);
  bell->rung = false;
}

static void bell_fini (struct bell *bell) {
  pthread_cond_destroy (&bell->cond);
  pthread_mutex_destroy (&bell->lock);
}

static void bell_ring (void *state) {
  struct bell *bell = state;
  pthread_mutex_lock (&bell->lock);
  bell->rung = true;
  pthread_cond_signal (&bell->cond);
  pthread_mutex_unlock (&bell->lock);
}

static void bell_wait (struct bell *bell, long timeout_ms) {
  struct timespec until;
  clock_gettime (CLOCK_MONOTONIC, &until);
  until.tv_nsec += timeout_ms * 1000000;
  until.tv_sec += until.tv_nsec / 1000000000;
  until.tv_nsec %= 1000000000;
  pthread_mutex_lock (&bell->lock);
  while (!bell->rung)
    if (pthread_cond_timedwait (&bell->cond, &bell->lock, &until))
      break;
  pthread_mutex_unlock (&bell->lock);
}

// ------------------------------------------------------------------- hooks

struct local {
  const struct local_config *config;
  struct local_outcome *outcome;
  struct team *team;
  struct share *share; // NULL: one engine, or switched off
  struct file_out *file;
  struct bell bell;
};

static struct share *new_share (const struct local_config *config) {
  if (config->team.engines < 2 || !config->share.share)
    return NULL;
  const struct share_config share = {
      .engines = config->team.engines,
      .max_var = (unsigned)config->team.formula->num_vars,
      .with_ids = config->proof_path || config->team.team.verify,
      .options = config->share,
  };
  return share_new (&share);
}

static struct share *start (void *state, const struct formula *formula,
                            unsigned *period_ms) {
  struct local *local = state;
  const struct local_config *config = local->config;
  struct team_config team = config->team;
  (void)formula;
  local->share = new_share (config);
  team.first_lane = 0;
  team.total_lanes = team.engines;
  team.share = local->share;
  team.proof_dir = config->proof_path ? config->scratch : NULL;
  team.wake = bell_ring;
  team.wake_state = &local->bell;
  local->team = team_new (&team);
  team_start (local->team);
  if (local->share)
    *period_ms = share_period_ms (local->share);
  return local->share;
}

static bool loaded (void *state) {
  const struct local *local = state;
  return team_loaded (local->team);
}

static void stop (void *state) {
  const struct local *local = state;
  team_stop (local->team);
}

static bool stopped (void *state) {
  const struct local *local = state;
  if (!team_idle (local->team))
    return false;
  team_join (local->team);
  return true;
}

static bool answer (void *state, struct outcome *outcome) {
  const struct local *local = state;
  struct team_answer answer;
  const bool idle = team_idle (local->team); // before the result: no race
  outcome->status = team_result (local->team, &answer);
  outcome->cause = outcome->status ? CAUSE_ANSWER : CAUSE_EXHAUSTED;
  outcome->empty_id = answer.empty_id;
  return outcome->status || idle;
}

static const signed char *model (void *state) {
  const struct local *local = state;
  int num_vars;
  return team_model (local->team, &num_vars);
}

static bool believe (void *state, const struct formula *formula,
                     const signed char *values) {
  (void)state;
  return !model_falsified (formula, values, formula->num_vars);
}

static struct partial *const *partials (void *state, unsigned *n) {
  const struct local *local = state;
  return team_partials (local->team, n);
}

static bool stopping (void *state) {
  const struct local_config *config = state;
  return config->stopping && config->stopping (config->stopping_state);
}

static struct file_out *proof (void *state) {
  const struct local *local = state;
  return local->file;
}

static int check (void *state) {
  struct local *local = state;
  const bool fine = file_out_close (local->file, local->outcome->error);
  local->file = NULL;
  return fine ? 1 : -1;
}

static void say (void *state, const struct outcome *said,
                 const signed char *values) {
  struct local_outcome *outcome = ((struct local *)state)->outcome;
  outcome->status = said->status;
  if (!values)
    return;
  outcome->num_vars = ((struct local *)state)->config->team.formula->num_vars;
  const size_t bytes = (size_t)outcome->num_vars + 1;
  outcome->model = memcpy (mem_alloc (bytes), values, bytes);
}

static void count (void *state, void *stats) {
  struct local *local = state;
  (void)stats;
  if (local->team)
    team_stats (local->team, &local->outcome->stats);
}

static const struct question_hooks hooks = {.start = start,
                                            .loaded = loaded,
                                            .stop = stop,
                                            .stopped = stopped,
                                            .answer = answer,
                                            .model = model,
                                            .believe = believe,
                                            .partials = partials,
                                            .proof = proof,
                                            .check = check,
                                            .say = say,
                                            .count = count};

// -------------------------------------------------------------- life cycle

static void ask (struct local *local, struct world *world) {
  enum { PAUSE_MS = 4 }; // also how late a stop or a limit is noticed
  const struct local_config *config = local->config;
  const struct question_config settings = {.formula = config->team.formula,
                                           .proving = config->proof_path,
                                           .proof_dir = config->scratch,
                                           .proof_text = config->proof_text,
                                           .grace_ms = UINT_MAX};
  struct question_hooks mine = hooks;
  mine.state = local;
  struct question *question = question_new (world, &mine, &settings);
  while (question_stage (question) != QUESTION_OVER) {
    if (stopping ((void *)config))
      question_end (question, CAUSE_SIGNAL, 0);
    bool moved = world_step (world);
    moved |= question_step (question);
    if (!moved)
      bell_wait (&local->bell, PAUSE_MS);
  }
  question_free (question);
}

static bool open_proof (struct local *local) {
  const struct file_target target = {.path = local->config->proof_path,
                                     .hurry = stopping,
                                     .state = (void *)local->config};
  if (!target.path)
    return true;
  local->file = file_out_open (&target, local->outcome->error);
  return local->file;
}

static void fini (struct local *local) {
  team_free (local->team);
  if (local->share)
    share_free (local->share);
  file_out_discard (local->file);
  bell_fini (&local->bell);
}

void local_solve (const struct local_config *config,
                  struct local_outcome *outcome) {
  struct local local = {.config = config, .outcome = outcome};
  struct transport_card card = {0};
  struct world world;
  *outcome = (struct local_outcome){0};
  card.words[LANES_WANTED] = config->team.engines;
  struct loopback *loopback = loopback_new (1, &card);
  const struct transport transport = loopback_transport (loopback, 0);
  bell_init (&local.bell);
  world_init (&world, &transport, &world_defaults);
  if (open_proof (&local))
    ask (&local, &world);
  world_fini (&world, true);
  fini (&local);
  loopback_free (loopback);
}
