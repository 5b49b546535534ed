// A team's inside: one struct for all engines, one for each.
#ifndef TEAM_INTERNAL_H
#define TEAM_INTERNAL_H

#include "proof/online.h"
#include "team/team.h"

#include <pthread.h>
#include <stdatomic.h>

struct engine {
  struct team *team;
  unsigned number; // in this process
  uint64_t lane;
  struct core_options core;
  struct simp_options simp;
  struct share_port *port; // NULL: no sharing
  struct partial *partial; // NULL: no proof
  struct online *online;   // NULL: derived clauses are not verified
  struct proof_sink sink;
  pthread_t thread;

  // The engine's own while its thread runs, the communicator's after the join.
  struct solver *solver;
  double load_s, cpu_s;

  // Counters in 'solver'; engine sets it when loaded, communicator reads,
  // release and acquire.
  _Atomic (const struct core_live *) live;
};

struct team {
  struct team_config config;
  unsigned num_engines;
  struct engine *engines;    // num_engines
  struct partial **partials; // the engines', in the order of lanes
  bool started, joined;

  _Atomic bool stop; // communicator or winner sets, engines poll, relaxed
  _Atomic unsigned loading; // engines that still read the formula; release,
                            // communicator reads, acquire
  _Atomic unsigned running; // threads still at work; release and acquire

  // The first answer.  An engine that gets 'claimed' false (acquire and
  // release) writes the fields below, then 'status' (release); communicator
  // reads 'status' (acquire), then the fields.
  _Atomic bool claimed;
  _Atomic int status;
  struct team_answer answer;
  signed char *model; // owned; index 1 to config.formula's variables
  int num_vars;
};

// An engine's thread: from the formula to the answer.
void *engine_main (void *engine);

// Prepares proof and port; nothing large is allocated before the thread runs.
void engine_init (struct engine *engine, struct team *team, unsigned number);
void engine_fini (struct engine *engine);

#endif
