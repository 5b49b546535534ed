// The engines of one process: a thread each, from the formula to the answer.
//
//   life       team_new, team_start, poll team_result or wait for 'wake',
//              team_stop, team_join, then proofs and statistics, team_free
//   context    everything here is called by one thread, the communicator;
//              engines meet it in atomics and in their ports (share/port.h)
//   lanes      an engine's number over the whole machine: this process has
//              first_lane .. first_lane + engines - 1 of total_lanes
#ifndef TEAM_TEAM_H
#define TEAM_TEAM_H

#include "base/options.h"
#include "base/stats.h"
#include "cnf/formula.h"
#include "core/core.h"
#include "proof/partial.h"
#include "share/exchange.h"
#include "simp/simp.h"

#include <stdbool.h>
#include <stdint.h>

struct team;

struct team_options {
#define OPT OPTION_FIELD
#include "team/options.def"
#undef OPT
};

// The rows of team/options.def over that struct; also for 'options_init'.
struct option_table team_option_table (struct team_options *options);

struct team_config {
  unsigned engines; // wanted in this process; >= 1
  uint64_t first_lane, total_lanes;
  uint64_t seed;                 // the run's; the same on all ranks
  const struct formula *formula; // borrowed until team_loaded
  struct core_options core;      // as the user gave them: what differs from
  struct simp_options simp;      // the default wins over the portfolio
  struct team_options team;
  struct share *share;    // borrowed, with a port per engine; NULL: no sharing
  const char *proof_dir;  // folder for partial proofs; NULL: no proof
  uint64_t memory_bytes;  // that all engines may use; 0: not known
  uint64_t max_conflicts; // of each engine; 0: no limit
  // Called by the engine that has the answer, from its thread, once; must not
  // block.  May be NULL.
  void (*wake) (void *state);
  void *wake_state;
};

// Prepares a team; no thread runs yet.
//
//   config     copied, except what it borrows
//   returns    owned
struct team *team_new (const struct team_config *config);

// What an engine needs for a formula at least, estimated.
uint64_t team_engine_bytes (const struct formula *formula);

// How many engines run: those wanted, or fewer, down to none, if the formula is
// so large that 'memory_bytes' does not hold a copy for each.
unsigned team_engines (const struct team *team);

// Creates the threads.  Each loads the formula, attaches simplification, proof
// and port, and searches.
void team_start (struct team *team);

// True once no engine reads the formula any more.
bool team_loaded (const struct team *team);

struct team_answer {
  int status;        // 10 satisfiable, 20 unsatisfiable, 0 none yet
  uint64_t lane;     // of the engine that was first
  uint64_t empty_id; // after 20 with a proof; else 0
};

// The first answer of any engine.  The engine that has it stops the others.
//
//   returns    its status; 0 as long as there is none, at any time
int team_result (const struct team *team, struct team_answer *answer);

// True if all threads have left their search, with an answer or without.
bool team_idle (const struct team *team);

// The winning engine's model after 10.
//
//   returns    borrowed until team_free; as in cnf/model.h, index 1 to
//              *num_vars, each positive or negative; NULL without a model
const signed char *team_model (const struct team *team, int *num_vars);

// Asks the engines to stop: one relaxed store.  Also while they load.
void team_stop (struct team *team);

// Stops and waits for the threads; engines look at the flag every few
// milliseconds.  Afterwards the partial proofs are complete.
void team_join (struct team *team);

// The partial proofs of this process, in the order of lanes; after team_join.
//
//   n          set to their number; 0 without a proof
//   returns    borrowed until team_free
struct partial *const *team_partials (const struct team *team, unsigned *n);

struct team_counters {
#define STAT STAT_FIELD
#define STAT_REAL STAT_REAL_FIELD
#include "team/stats.def"
#undef STAT
#undef STAT_REAL
};

// Counters of this process's engines, folded as the rows say.
struct team_stats {
  struct core_stats core;
  struct simp_stats simp;
  struct team_counters team;
};

// The three tables over the parts of 'team_stats', for other ranks' folding,
// printing and JSON.
enum { TEAM_STAT_PARTS = 3 };
struct team_stat_part {
  const struct stat_table *table;
  size_t offset; // into struct team_stats
};
extern const struct team_stat_part team_stat_parts[TEAM_STAT_PARTS];

void team_stats_fold (struct team_stats *into, const struct team_stats *from);

// The counters; after team_join.  Zero if no engine came as far as its solver.
void team_stats (const struct team *team, struct team_stats *stats);

// What report lines show; at any time while threads run, up to a moment old.
struct team_live {
  uint64_t conflicts, propagations; // sums over the engines
  uint64_t bytes;                   // allocated by the engines, sum
  uint64_t active;                  // variables left; of the best engine
  uint64_t fixed;                   // units; of the engine with most
  uint64_t redundant, irredundant;  // clauses; of the best engine
  unsigned searching;               // engines that have loaded the formula
  uint64_t best_lane;               // fewest variables left
};
void team_live (const struct team *team, struct team_live *live);

void team_free (struct team *team); // joins first

#endif
