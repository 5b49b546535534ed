// The sharing rounds: clauses go up the tree, down the tree, votes up and
// down, and what no rank voted against goes to the engines.
//
//   protocol   docs/wire.md, "rounds"; facade of one rank: share/exchange.h
//   context    main thread; non-blocking, driven by 'rounds_step'
//   source     [SchreiberSanders-SAT'21]
#ifndef DIST_ROUNDS_H
#define DIST_ROUNDS_H

#include "dist/tree.h"
#include "share/exchange.h"
#include "wire/wire.h"

#include <stdbool.h>
#include <stdint.h>

struct rounds;

struct rounds_stats {
  uint64_t finished;    // rounds whose clauses this rank imported
  uint64_t skipped;     // root: starts left out, the round before was running
  uint64_t bytes;       // of this rank's buffers sent towards the root
  double latency_s;     // sum over the root's rounds, from start to votes
  double latency_max_s; // of one round
};

// Prepares rounds, right after start-up: messages may come before this rank
// has its formula.  They wait for rounds_begin.
//
//   returns    owned
struct rounds *rounds_new (struct wire *, const struct tree *);
void rounds_free (struct rounds *);

// Takes part from now on.
//
//   share      borrowed until rounds_end
//   period_ms  between two starts; the root's counts
void rounds_begin (struct rounds *, struct share *share, unsigned period_ms);

// The tree is another one: the round in progress is dropped.
//
//   round      the largest number of a round that any rank of it has seen
void rounds_restart (struct rounds *, uint32_t round);
uint32_t rounds_round (const struct rounds *); // the last one seen here

// No round starts or goes on after this; messages are ignored.
void rounds_end (struct rounds *);

// Moves clauses between engines and store, and the round in progress as far
// as it can get now.
//
//   now_s      wire_now_s
//   returns    true if anything moved
bool rounds_step (struct rounds *, double now_s);

// Seconds until this rank's next start of a round; huge if it starts none.
double rounds_wait_s (const struct rounds *, double now_s);

// The max_ids of all rounds broadcast so far, ascending.  A rank notes one
// before any rank can import from its round, so any rank's list will do.
const uint64_t *rounds_epochs (const struct rounds *, size_t *n);

const struct rounds_stats *rounds_stats (const struct rounds *);

#endif
