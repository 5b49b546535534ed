// api.c - the C interface of tutti.h.
//
// One engine: clauses go straight into it and stay, so solving is incremental.
// Several engines or a proof: clauses are kept as a formula, and each solve
// runs a team on it.
#include "tutti/tutti.h"

#include "base/file.h"
#include "base/topology.h"
#include "base/version.h"
#include "team/local.h"
#include "team/misuse.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TABLES = 4, MAX_ENGINES = 256 };

struct tutti {
  struct core_options core;
  struct simp_options simp;
  struct team_options team;
  struct share_options share;
  struct option_table tables[TABLES]; // over the four above

  unsigned engines;
  char *proof_path, *scratch; // owned; NULL: no proof, default folder
  bool proof_text;

  bool begun;  // a clause or an assumption was given: set-up is over
  bool solved; // once at least; without 'incremental' nothing may follow
  int status;  // TUTTI_SAT, TUTTI_UNSAT, or TUTTI_UNKNOWN in INPUT
  uint64_t conflict_limit;
  VEC (int) clause; // being added
  int max_var;

  struct solver *solver;   // one engine
  struct formula formula;  // team
  struct team_stats stats; // team
  signed char *model;      // team, after SAT; owned

  _Atomic bool stop; // tutti_terminate sets from any thread, engine and
                     // communicator poll, relaxed
  void *terminate_data, *learn_data;
  bool (*terminate) (void *);
  void (*learn) (void *, const int *);
  int learn_length;
  VEC (int) learned; // with its zero

  char error[FILE_ERROR_BYTES];
};

// --------------------------------------------------------------- life cycle

const char *tutti_version (void) {
  return TUTTI_VERSION;
}

tutti *tutti_new (void) {
  struct tutti *t = mem_calloc (1, sizeof *t);
  t->tables[0] = core_option_table (&t->core);
  t->tables[1] = simp_option_table (&t->simp);
  t->tables[2] = team_option_table (&t->team);
  t->tables[3] = share_option_table (&t->share);
  for (unsigned i = 0; i < TABLES; i++)
    options_init (&t->tables[i]);
  t->engines = 1;
  return t;
}

void tutti_free (tutti *t) {
  if (!t)
    return;
  if (t->solver)
    core_free (t->solver);
  formula_fini (&t->formula);
  vec_fini (&t->clause);
  vec_fini (&t->learned);
  mem_free (t->model);
  mem_free (t->proof_path);
  mem_free (t->scratch);
  mem_free (t);
}

// ------------------------------------------------------------------- set-up

static const struct option_row *
find_option (const tutti *t, const char *name,
             const struct option_table **table) {
  return options_find (t->tables, TABLES, name, strlen (name), table);
}

static void require_setting_up (const tutti *t, const char *caller) {
  require_solver (t, caller);
  require (!t->begun, caller, "must come before clauses and assumptions");
}

bool tutti_set_option (tutti *t, const char *name, double value) {
  require_setting_up (t, __func__);
  const struct option_table *table;
  const struct option_row *row = find_option (t, name, &table);
  if (!row) {
    snprintf (t->error, sizeof t->error, "no option '%s'", name);
    return false;
  }
  const bool whole = row->type == OPTION_REAL || value == trunc (value);
  if (!whole || !(row->min <= value && value <= row->max)) {
    snprintf (t->error, sizeof t->error,
              "option '%s' expects %s from %.10g to %.10g, not %.10g",
              row->name, row->type == OPTION_REAL ? "a number" : "an integer",
              row->min, row->max, value);
    return false;
  }
  options_set (table, row, value);
  return true;
}

double tutti_get_option (const tutti *t, const char *name) {
  require_solver (t, __func__);
  const struct option_table *table;
  const struct option_row *row = find_option (t, name, &table);
  return row ? options_get (table, row) : NAN;
}

void tutti_set_engines (tutti *t, unsigned engines) {
  require_setting_up (t, __func__);
  require (engines <= MAX_ENGINES, __func__, "at most 256 engines");
  if (!engines) {
    struct topology topology;
    topology_init (&topology);
    engines = topology.usable <= MAX_ENGINES ? topology.usable : MAX_ENGINES;
  }
  t->engines = engines;
}

static char *scratch_folder (const char *scratch) {
  if (!scratch)
    scratch = getenv ("TMPDIR");
  return mem_strdup (scratch && *scratch ? scratch : "/tmp");
}

bool tutti_set_proof (tutti *t, const char *path, bool text,
                      const char *scratch) {
  require_setting_up (t, __func__);
  if (!file_out_check (path, t->error))
    return false;
  mem_free (t->proof_path);
  mem_free (t->scratch);
  t->proof_path = mem_strdup (path);
  t->scratch = scratch_folder (scratch);
  t->proof_text = text;
  return true;
}

const char *tutti_error (const tutti *t) {
  require_solver (t, __func__);
  return t->error;
}

// ---------------------------------------------------------------- callbacks

static bool teamed (const tutti *t) {
  return t->engines > 1 || t->proof_path;
}

static bool ask_terminate (void *state) {
  tutti *t = state;
  return t->terminate && t->terminate (t->terminate_data);
}

static void give_learned (void *state, const int *lits, unsigned n,
                          unsigned glue, uint64_t id) {
  tutti *t = state;
  (void)glue;
  (void)id;
  if (n > (unsigned)t->learn_length)
    return;
  vec_clear (&t->learned);
  for (unsigned i = 0; i < n; i++)
    vec_push (&t->learned, lits[i]);
  vec_push (&t->learned, 0);
  t->learn (t->learn_data, t->learned.data);
}

static struct core_hooks hooks (tutti *t) {
  return (struct core_hooks){
      .state = t,
      .stop = &t->stop,
      .terminate = t->terminate ? ask_terminate : NULL,
      .learned = t->learn ? give_learned : NULL,
  };
}

static void update_hooks (tutti *t) {
  const struct core_hooks mine = hooks (t);
  if (t->solver)
    core_set_hooks (t->solver, &mine);
}

void tutti_terminate (tutti *t) {
  atomic_store_explicit (&t->stop, true, memory_order_relaxed);
}

void tutti_set_terminate (tutti *t, void *data, bool (*terminate) (void *)) {
  require_solver (t, __func__);
  t->terminate = terminate;
  t->terminate_data = data;
  update_hooks (t);
}

void tutti_set_learn (tutti *t, void *data, int max_length,
                      void (*learn) (void *, const int *)) {
  require_solver (t, __func__);
  require (!learn || max_length >= 0, __func__, "max_length is negative");
  require (!learn || !teamed (t), __func__, "needs one engine and no proof");
  t->learn = learn;
  t->learn_data = data;
  t->learn_length = max_length;
  update_hooks (t);
}

// -------------------------------------------------------------- the problem

static void begin (tutti *t) {
  t->begun = true;
  if (teamed (t)) {
    require (!t->learn, "tutti_set_learn", "needs one engine and no proof");
    return;
  }
  const struct core_hooks mine = hooks (t);
  t->solver = core_new (&t->core, &mine, NULL, 0, 1);
  simp_attach (t->solver, &t->simp);
}

static void enter_input (tutti *t, const char *caller) {
  if (!t->begun)
    begin (t);
  require (!t->solver || !t->solved || t->simp.incremental, caller,
           "needs the option 'incremental' after solving");
  t->status = TUTTI_UNKNOWN;
}

static void mention (tutti *t, int lit) {
  if (t->max_var < abs (lit))
    t->max_var = abs (lit);
}

static void end_clause (tutti *t) {
  core_add (t->solver, t->clause.data, (unsigned)t->clause.size);
  vec_clear (&t->clause);
}

void tutti_add (tutti *t, int lit) {
  require_solver (t, __func__);
  if (lit)
    require_literal (lit, __func__);
  enter_input (t, __func__);
  mention (t, lit);
  if (!t->solver)
    formula_add (&t->formula, lit);
  else if (lit)
    vec_push (&t->clause, lit);
  else
    end_clause (t);
}

void tutti_add_clause (tutti *t, const int *lits, size_t n) {
  require_solver (t, __func__);
  for (size_t i = 0; i < n; i++)
    require_literal (lits[i], __func__);
  for (size_t i = 0; i < n; i++)
    tutti_add (t, lits[i]);
  tutti_add (t, 0);
}

void tutti_assume (tutti *t, int lit) {
  require_solver (t, __func__);
  require_literal (lit, __func__);
  require (!teamed (t), __func__, "needs one engine and no proof");
  enter_input (t, __func__);
  mention (t, lit);
  core_assume (t->solver, lit);
}

// ------------------------------------------------------------------ solving

void tutti_limit_conflicts (tutti *t, uint64_t conflicts) {
  require_solver (t, __func__);
  t->conflict_limit = conflicts;
}

static bool stopping (void *state) {
  tutti *t = state;
  return atomic_load_explicit (&t->stop, memory_order_relaxed) ||
         ask_terminate (t);
}

static int solve_alone (tutti *t) {
  t->solved = true;
  core_limit_conflicts (t->solver, t->conflict_limit);
  return core_solve (t->solver);
}

static int solve_as_team (tutti *t) {
  const struct local_config config = {
      .team = {.engines = t->engines,
               .seed = (uint64_t)t->core.seed,
               .formula = &t->formula,
               .core = t->core,
               .simp = t->simp,
               .team = t->team,
               .max_conflicts = t->conflict_limit},
      .share = t->share,
      .proof_path = t->proof_path,
      .proof_text = t->proof_text,
      .scratch = t->scratch,
      .stopping = stopping,
      .stopping_state = t,
  };
  struct local_outcome outcome;
  local_solve (&config, &outcome);
  mem_free (t->model);
  t->model = outcome.model;
  t->stats = outcome.stats;
  snprintf (t->error, sizeof t->error, "%s", outcome.error);
  return outcome.status;
}

int tutti_solve (tutti *t) {
  require_solver (t, __func__);
  require (!t->clause.size && !t->formula.open, __func__,
           "the last clause has no zero yet");
  if (!t->begun)
    begin (t);
  t->status = t->solver ? solve_alone (t) : solve_as_team (t);
  t->conflict_limit = 0;
  atomic_store_explicit (&t->stop, false, memory_order_relaxed);
  return t->status;
}

// ------------------------------------------------------------------ answers

int tutti_status (const tutti *t) {
  require_solver (t, __func__);
  return t->status;
}

static int team_value (const tutti *t, int lit) {
  const int var = abs (lit);
  const int literal = t->model[var] > 0 ? var : -var;
  return literal == lit ? lit : -lit;
}

int tutti_val (const tutti *t, int lit) {
  require_solver (t, __func__);
  require_literal (lit, __func__);
  require (t->status == TUTTI_SAT, __func__, "the last solve found no model");
  if (abs (lit) > t->max_var)
    return 0;
  return t->solver ? core_val (t->solver, lit) : team_value (t, lit);
}

bool tutti_failed (tutti *t, int lit) {
  require_solver (t, __func__);
  require_literal (lit, __func__);
  require (t->status == TUTTI_UNSAT, __func__,
           "the last solve found no contradiction");
  return t->solver && core_failed (t->solver, lit);
}

static bool find_statistic (const struct team_stats *stats, const char *name,
                            double *value) {
  for (unsigned i = 0; i < TEAM_STAT_PARTS; i++) {
    const struct stat_table *table = team_stat_parts[i].table;
    const char *values = (const char *)stats + team_stat_parts[i].offset;
    for (size_t row = 0; row < table->num_rows; row++)
      if (!strcmp (table->rows[row].name, name)) {
        *value = stats_get (table, values, row);
        return true;
      }
  }
  return false;
}

bool tutti_statistic (const tutti *t, const char *name, double *value) {
  require_solver (t, __func__);
  struct team_stats stats = t->stats;
  if (t->solver) {
    stats.team.engines = 1;
    core_get_stats (t->solver, &stats.core);
    simp_get_stats (t->solver, &stats.simp);
  }
  return find_statistic (&stats, name, value);
}
