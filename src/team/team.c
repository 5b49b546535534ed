// team.c - life cycle of the engines of one process.
#include "team/internal.h"

#include "base/fatal.h"

#include <signal.h>
#include <string.h>

// ---------------------------------------------------------------- options

static const struct option_row option_rows[] = {
#define OPT(...) OPTION_ROW (struct team_options, __VA_ARGS__)
#include "team/options.def"
#undef OPT
};

struct option_table team_option_table (struct team_options *options) {
  return (struct option_table){"Team of engines", option_rows,
                               sizeof option_rows / sizeof *option_rows,
                               options};
}

// ----------------------------------------------------------------- set-up

// What an engine needs at least: literals and watches of each clause, twice
// since arrays grow by doubling and learned clauses join, and the arrays by
// variable and literal.
//
//   per clause    header 12, proof id 8, two watches 16 bytes
//   per literal   4 bytes
//   per variable  about 200 bytes
uint64_t team_engine_bytes (const struct formula *formula) {
  return 2 * (36 * (uint64_t)formula->num_clauses +
              4 * (uint64_t)formula->num_literals) +
         200 * (uint64_t)formula->num_vars;
}

static unsigned affordable_engines (const struct team_config *config) {
  const uint64_t each = team_engine_bytes (config->formula);
  if (!config->memory_bytes || !each)
    return config->engines;
  const uint64_t fit = config->memory_bytes / each;
  return fit < config->engines ? (unsigned)fit : config->engines;
}

struct team *team_new (const struct team_config *config) {
  struct team *team = mem_calloc (1, sizeof *team);
  team->config = *config;
  team->num_engines = affordable_engines (config);
  team->num_vars = config->formula->num_vars;
  team->engines = mem_calloc (team->num_engines + 1, sizeof *team->engines);
  team->partials = mem_calloc (team->num_engines + 1, sizeof *team->partials);
  for (unsigned i = 0; i < team->num_engines; i++) {
    engine_init (&team->engines[i], team, i);
    team->partials[i] = team->engines[i].partial;
  }
  return team;
}

unsigned team_engines (const struct team *team) {
  return team->num_engines;
}

void team_free (struct team *team) {
  if (!team)
    return;
  team_join (team);
  for (unsigned i = 0; i < team->num_engines; i++)
    engine_fini (&team->engines[i]);
  mem_free (team->engines);
  mem_free (team->partials);
  mem_free (team->model);
  mem_free (team);
}

// ---------------------------------------------------------------- threads

// All signals but those that a fault of the thread itself raises: the others
// are the communicator's.
static void block_signals (sigset_t *old) {
  sigset_t blocked;
  sigfillset (&blocked);
  const int own[] = {SIGSEGV, SIGBUS,  SIGFPE, SIGILL,
                     SIGABRT, SIGTRAP, SIGPROF};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    sigdelset (&blocked, own[i]);
  pthread_sigmask (SIG_SETMASK, &blocked, old);
}

static void create_threads (struct team *team) {
  enum { STACK_BYTES = 16 << 20 }; // address space, touched only as needed
  pthread_attr_t attr;
  pthread_attr_init (&attr);
  pthread_attr_setstacksize (&attr, STACK_BYTES);
  for (unsigned i = 0; i < team->num_engines; i++) {
    struct engine *engine = &team->engines[i];
    const int error =
        pthread_create (&engine->thread, &attr, engine_main, engine);
    if (error)
      fatal ("cannot create the thread of engine %u of %u: %s", i + 1,
             team->num_engines, strerror (error));
  }
  pthread_attr_destroy (&attr);
}

void team_start (struct team *team) {
  sigset_t old;
  team->started = true;
  atomic_store (&team->loading, team->num_engines);
  atomic_store (&team->running, team->num_engines);
  block_signals (&old);
  create_threads (team);
  pthread_sigmask (SIG_SETMASK, &old, NULL);
}

void team_stop (struct team *team) {
  atomic_store_explicit (&team->stop, true, memory_order_relaxed);
}

void team_join (struct team *team) {
  team_stop (team);
  if (!team->started || team->joined)
    return;
  for (unsigned i = 0; i < team->num_engines; i++)
    pthread_join (team->engines[i].thread, NULL);
  team->joined = true;
}

// ---------------------------------------------------------------- results

bool team_loaded (const struct team *team) {
  return team->started &&
         !atomic_load_explicit (&team->loading, memory_order_acquire);
}

bool team_idle (const struct team *team) {
  return team->started &&
         !atomic_load_explicit (&team->running, memory_order_acquire);
}

int team_result (const struct team *team, struct team_answer *answer) {
  const int status = atomic_load_explicit (&team->status, memory_order_acquire);
  *answer = status ? team->answer : (struct team_answer){0};
  return status;
}

const signed char *team_model (const struct team *team, int *num_vars) {
  struct team_answer answer;
  if (team_result (team, &answer) != 10)
    return NULL;
  *num_vars = team->num_vars;
  return team->model;
}

struct partial *const *team_partials (const struct team *team, unsigned *n) {
  *n = team->config.proof_dir ? team->num_engines : 0;
  return *n ? team->partials : NULL;
}
