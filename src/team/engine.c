// engine.c - one engine's thread: loads the formula, searches, answers.
#define _GNU_SOURCE
#include "team/internal.h"

#include "base/clock.h"
#include "team/portfolio.h"

#include <stdio.h>

// ----------------------------------------------------------------- hooks

static void export_learned (void *state, const int *lits, unsigned n,
                            unsigned glue, uint64_t id) {
  struct engine *engine = state;
  share_export (engine->port, lits, n, glue, id);
}

static bool import_next (void *state, struct core_import *clause,
                         uint64_t *max_id) {
  struct engine *engine = state;
  const struct share_clause *shared = share_import (engine->port);
  if (!shared)
    return false;
  // Read after the clause was taken: only then it covers the clause's round.
  *max_id = share_import_max_id (engine->port);
  *clause = (struct core_import){
      .lits = shared->lits,
      .size = shared->size,
      .glue = shared->glue,
      .id = shared->id,
  };
  if (engine->online)
    online_trust (engine->online, shared->id, shared->lits, shared->size);
  return true;
}

static bool importing (void *state) {
  const struct engine *engine = state;
  return share_importing (engine->port);
}

static struct core_hooks hooks (struct engine *engine) {
  struct core_hooks hooks = {.state = engine, .stop = &engine->team->stop};
  if (engine->port) {
    hooks.learned = export_learned;
    hooks.import = import_next;
    hooks.importing = importing;
  }
  return hooks;
}

// ----------------------------------------------------------------- loading

static bool stopping (const struct team *team) {
  return atomic_load_explicit (&team->stop, memory_order_relaxed);
}

// Adds all clauses, with a look at the stop flag before each block of them.
//
//   returns    false if stopped on the way
static bool load_clauses (struct engine *engine) {
  enum { BLOCK = 1024 }; // clauses; well below a millisecond
  const struct formula *formula = engine->team->config.formula;
  struct formula_cursor cursor = {0};
  const int *lits;
  size_t size;
  for (uint64_t id = 1; formula_next (formula, &cursor, &lits, &size); id++) {
    if (id % BLOCK == 1 && stopping (engine->team)) {
      formula_leave (&cursor);
      return false;
    }
    if (engine->online)
      online_trust (engine->online, id, lits, (unsigned)size);
    core_add (engine->solver, lits, (unsigned)size);
  }
  return true;
}

static bool load (struct engine *engine) {
  const struct team_config *config = &engine->team->config;
  const struct formula *formula = config->formula;
  const struct core_hooks mine = hooks (engine);
  const double start = clock_wall_s ();
  const bool proving = engine->partial || engine->online;
  engine->solver =
      core_new (&engine->core, &mine, proving ? &engine->sink : NULL,
                engine->lane, config->total_lanes);
  core_reserve (engine->solver, formula->num_vars,
                (uint64_t)formula->num_clauses);
  const bool complete = load_clauses (engine);
  simp_attach (engine->solver, &engine->simp);
  core_limit_conflicts (engine->solver, config->max_conflicts);
  engine->load_s = clock_wall_s () - start;
  return complete;
}

// ----------------------------------------------------------------- answers

static void copy_model (struct team *team, const struct solver *solver) {
  team->model = mem_alloc ((size_t)team->num_vars + 1);
  team->model[0] = 0;
  for (int evar = 1; evar <= team->num_vars; evar++)
    team->model[evar] = core_val (solver, evar) > 0 ? 1 : -1;
}

// Leaves the answer for the communicator unless another engine was first.
static void answer (struct engine *engine, int status) {
  struct team *team = engine->team;
  if (atomic_exchange_explicit (&team->claimed, true, memory_order_acq_rel))
    return;
  team->answer.status = status;
  team->answer.lane = engine->lane;
  if (status == 20)
    team->answer.empty_id = core_empty_id (engine->solver);
  else
    copy_model (team, engine->solver);
  atomic_store_explicit (&team->status, status, memory_order_release);
  atomic_store_explicit (&team->stop, true, memory_order_relaxed);
  if (team->config.wake)
    team->config.wake (team->config.wake_state);
}

// ------------------------------------------------------------------ thread

static void name_thread (const struct engine *engine) {
  char name[16]; // all that Linux takes
  snprintf (name, sizeof name, "engine-%u", engine->number);
  pthread_setname_np (pthread_self (), name);
}

void *engine_main (void *state) {
  struct engine *engine = state;
  struct team *team = engine->team;
  name_thread (engine);
  const bool loaded = load (engine);
  atomic_fetch_sub_explicit (&team->loading, 1, memory_order_release);
  if (loaded) {
    atomic_store_explicit (&engine->live, core_live_stats (engine->solver),
                           memory_order_release);
    const int status = core_solve (engine->solver);
    if (status)
      answer (engine, status);
  }
  if (engine->partial)
    partial_finish (engine->partial);
  engine->cpu_s = clock_thread_cpu_s ();
  atomic_fetch_sub_explicit (&team->running, 1, memory_order_release);
  return NULL;
}

// Proof events go to the checker if there is one, then to the partial proof.
static void init_sink (struct engine *engine) {
  const struct team_config *config = &engine->team->config;
  if (config->proof_dir) {
    engine->partial =
        partial_new (config->proof_dir, engine->lane, config->total_lanes,
                     (uint64_t)config->formula->num_clauses);
    engine->sink = partial_sink (engine->partial);
  }
  if (config->team.verify) {
    engine->online = online_new (engine->partial ? &engine->sink : NULL);
    engine->sink = online_sink (engine->online);
  }
}

void engine_init (struct engine *engine, struct team *team, unsigned number) {
  const struct team_config *config = &team->config;
  engine->team = team;
  engine->number = number;
  engine->lane = config->first_lane + number;
  engine->core = config->core;
  engine->simp = config->simp;
  portfolio_apply (&config->team, engine->lane, config->total_lanes,
                   config->seed, &engine->core, &engine->simp);
  engine->simp.incremental = false; // nothing is added after solving
  if (config->share)
    engine->port = share_port (config->share, number);
  init_sink (engine);
}

void engine_fini (struct engine *engine) {
  if (engine->solver)
    core_free (engine->solver);
  if (engine->online)
    online_free (engine->online);
  if (engine->partial)
    partial_free (engine->partial);
}
