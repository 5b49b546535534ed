// Clause exchange of one process: the engines' ports on one side, the rounds
// of the communicator on the other.  A round, at every rank:
//
//   collect .. collect   exports into the store, imports into the rings
//   produce              best clauses of the store -> own buffer
//   reduce               own and children's buffers -> one for the parent
//   vote                 broadcast buffer -> bits "shared not long ago"
//   admit                broadcast buffer without flagged -> import buffers
//   compensate           root only: factor for the next round
//
// A single rank does produce, vote, admit on its own buffer.
//
//   context    all calls: the communicator's thread; engines use share/port.h
#ifndef SHARE_EXCHANGE_H
#define SHARE_EXCHANGE_H

#include "base/options.h"
#include "base/stats.h"
#include "share/buffer.h"
#include "share/port.h"

struct share_options {
#define OPT OPTION_FIELD
#include "share/options.def"
#undef OPT
};

// The rows of share/options.def over that struct; also for 'options_init'.
struct option_table share_option_table (struct share_options *options);

struct share_config {
  unsigned engines;             // in this process; >= 1
  unsigned max_var;             // of the formula
  bool with_ids;                // a proof is wanted; the same on all ranks
  struct share_options options; // the same on all ranks
  unsigned team;                // engines of all processes; 0: only these
};

struct share *share_new (const struct share_config *config); // returns owned
void share_free (struct share *share); // after the engines have ended

// The port of an engine; borrowed, lives as long as the exchange.
struct share_port *share_port (struct share *share, unsigned engine);

// Drains the ports into the store and refills the import rings.  To be called
// every few milliseconds.
//
//   returns    true if a clause moved
bool share_collect (struct share *share);

// Pause between two rounds in milliseconds, as given or by the team's size.
unsigned share_period_ms (const struct share *share);

// Literals for a buffer that aggregates that many ranks, factor as broadcast
// by the root with the round's start (1 in the first).
uint64_t share_limit (const struct share *share, unsigned ranks, double factor);

// Moves the best clauses of the store to a buffer.
//
//   limit_lits share_limit (share, 1, factor); units are free
//   out        overwritten; always a valid buffer, possibly without clauses
void share_produce (struct share *share, uint32_t round, uint64_t limit_lits,
                    struct bytes *out);

// Merges the own buffer and those of the children; what exceeds the limit goes
// to the own store.
//
//   in, n      borrowed, own one first; malformed ones and those of another
//              round are ignored and counted
//   limit_lits share_limit (share, ranks in these buffers, factor)
//   out        overwritten; none of 'in'
//   returns    number of buffers used
unsigned share_reduce (struct share *share, uint32_t round, uint64_t limit_lits,
                       const struct share_bytes *in, unsigned n,
                       struct bytes *out);

// Marks the clauses of a broadcast buffer that this process has produced and
// that were shared within the last rounds.
//
//   bits       overwritten; one per clause, lowest first, in whole bytes
//   returns    false if the buffer is malformed; then the bits are empty
bool share_vote (struct share *share, struct share_bytes buffer,
                 struct bytes *bits);

// Combines votes: bits |= more.
//
//   returns    false if the numbers of bytes differ; then nothing changes
bool share_join_votes (struct bytes *bits, struct share_bytes more);

struct share_outcome {                   // of a round, the same on all ranks
  uint64_t incoming, admitted;           // clauses, units included
  uint64_t incoming_lits, admitted_lits; // without units
};

// Imports the clauses of a broadcast buffer that no rank flagged: into each
// engine's import buffer except those of their producers.  Every rank calls it
// for every round it takes part in.
//
//   buffer     size 0: the round brought nothing but 'max_id'
//   bits       combined votes; size 0: nothing is flagged
//   max_id     of the round (header of the buffer); engines see it no later
//              than the first clause
//   outcome    overwritten; may be NULL
//   returns    false if the buffer is malformed or the bits do not fit to it;
//              then no clause is imported
bool share_admit (struct share *share, struct share_bytes buffer,
                  struct share_bytes bits, uint64_t max_id,
                  struct share_outcome *outcome);

// Chooses the next round's factor from this round's outcome; root only.
//
//   ranks      that took part
//   returns    c in [1/5, 5]
double share_compensate (struct share *share, unsigned ranks,
                         const struct share_outcome *outcome);

struct share_stats {
#define STAT STAT_FIELD
#include "share/stats.def"
#undef STAT
};

extern const struct stat_table share_stat_table;

// The counters of this process, ports included; at any time.
void share_stats (const struct share *share, struct share_stats *stats);

#endif
