// local.c - a team in one process: sharing rounds, answer and proof.
#include "team/local.h"

#include "base/clock.h"
#include "proof/final.h"
#include "proof/prune.h"

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

// ------------------------------------------------------------------ sharing

struct local {
  const struct local_config *config;
  struct team *team;
  struct share *share; // NULL: one engine, or switched off
  struct bell bell;
  uint32_t round;
  double factor, next_s; // of the next round
  struct bytes buffer, bits;
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

// A round of one rank: its own buffer is the broadcast one.
static void share_once (struct local *local) {
  struct share_outcome outcome;
  local->round++;
  share_produce (local->share, local->round,
                 share_limit (local->share, 1, local->factor), &local->buffer);
  const struct share_bytes bytes = {local->buffer.data, local->buffer.size};
  share_vote (local->share, bytes, &local->bits);
  const struct share_bytes bits = {local->bits.data, local->bits.size};
  struct share_header head = {0};
  share_buffer_header (bytes, &head);
  share_admit (local->share, bytes, bits, head.max_id, &outcome);
  local->factor = share_compensate (local->share, 1, &outcome);
}

static void exchange (struct local *local) {
  if (!local->share)
    return;
  share_collect (local->share);
  const double now = clock_wall_s ();
  if (now < local->next_s)
    return;
  share_once (local);
  local->next_s = now + 1e-3 * share_period_ms (local->share);
}

// -------------------------------------------------------------------- proof

static bool stopping (void *state) {
  const struct local_config *config = state;
  return config->stopping && config->stopping (config->stopping_state);
}

static void write_proof (const struct local *local, struct file_out *file,
                         uint64_t empty_id) {
  const struct local_config *config = local->config;
  const uint64_t originals = (uint64_t)config->team.formula->num_clauses;
  const struct final_config target = {
      .file = file,
      .dir = config->scratch,
      .text = config->proof_text,
      .originals = originals,
  };
  struct final *final = final_new (&target);
  struct prune_config source = {
      .dir = config->scratch,
      .lanes = config->team.engines,
      .originals = originals,
      .empty_id = empty_id,
      .sink = final_sink (final),
  };
  enum { LINES = 1 << 16 }; // a call; nothing else happens in between
  source.partials = team_partials (local->team, &source.n);
  struct prune *prune = prune_new (&source);
  while (!prune_step (prune, originals, LINES))
    ;
  prune_finish (prune);
  prune_free (prune);
  while (!final_step (final, LINES))
    ;
  final_free (final);
}

// ---------------------------------------------------------------- life cycle

static void run (struct local *local) {
  enum { PAUSE_MS = 4 }; // also how late a stop or a limit is noticed
  const struct local_config *config = local->config;
  struct team_answer answer;
  team_start (local->team);
  while (!team_result (local->team, &answer) && !team_idle (local->team)) {
    if (stopping ((void *)config))
      team_stop (local->team);
    exchange (local);
    bell_wait (&local->bell, PAUSE_MS);
  }
  team_join (local->team);
}

static void take_model (const struct local *local,
                        struct local_outcome *outcome) {
  const signed char *model = team_model (local->team, &outcome->num_vars);
  const size_t bytes = (size_t)outcome->num_vars + 1;
  outcome->model = memcpy (mem_alloc (bytes), model, bytes);
}

static void prove (const struct local *local, uint64_t empty_id,
                   struct local_outcome *outcome) {
  const struct file_target target = {.path = local->config->proof_path,
                                     .hurry = stopping,
                                     .state = (void *)local->config};
  struct file_out *file = file_out_open (&target, outcome->error);
  if (file)
    write_proof (local, file, empty_id);
  if (!file || !file_out_close (file, outcome->error))
    outcome->status = 0;
}

static void conclude (const struct local *local,
                      struct local_outcome *outcome) {
  struct team_answer answer;
  outcome->status = team_result (local->team, &answer);
  if (outcome->status == 10)
    take_model (local, outcome);
  else if (outcome->status == 20 && local->config->proof_path)
    prove (local, answer.empty_id, outcome);
  team_stats (local->team, &outcome->stats);
}

static void init (struct local *local, const struct local_config *config) {
  *local = (struct local){.config = config, .factor = 1};
  bell_init (&local->bell);
  local->share = new_share (config);
  local->next_s = clock_wall_s ();
  if (local->share)
    local->next_s += 1e-3 * share_period_ms (local->share);
  struct team_config team = config->team;
  team.first_lane = 0;
  team.total_lanes = team.engines;
  team.share = local->share;
  team.proof_dir = config->proof_path ? config->scratch : NULL;
  team.wake = bell_ring;
  team.wake_state = &local->bell;
  local->team = team_new (&team);
}

static void fini (struct local *local) {
  team_free (local->team);
  if (local->share)
    share_free (local->share);
  vec_fini (&local->buffer);
  vec_fini (&local->bits);
  bell_fini (&local->bell);
}

void local_solve (const struct local_config *config,
                  struct local_outcome *outcome) {
  struct local local;
  *outcome = (struct local_outcome){0};
  init (&local, config);
  run (&local);
  conclude (&local, outcome);
  fini (&local);
}
