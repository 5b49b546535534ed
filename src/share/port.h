// One engine's door to the others: a ring out and a ring in, so that neither
// the engine nor the communicator ever waits for the other.
//
//   engine       share_export, share_import, share_import_max_id
//   communicator everything else
#ifndef SHARE_PORT_H
#define SHARE_PORT_H

#include "share/clause.h"

struct share_port;

// Offers a learned clause to the other engines.  Never blocks: a clause that
// is too long to be of use now, or finds the ring full, is dropped and counted.
//
//   lits, n    borrowed; DIMACS literals in any order, distinct variables;
//              n >= 1, longer than SHARE_MAX_LITS is dropped
//   glue       decision levels in the clause when learned
//   id         proof id, unique over all ranks; 0 without a proof
//   returns    true if handed over; false if dropped or offered by this engine
//              within the last rounds
//   context    the engine's own thread; no lock, no allocation
bool share_export (struct share_port *port, const int *lits, unsigned n,
                   unsigned glue, uint64_t id);

// Takes the next clause that other engines shared: units and binaries too,
// best first in each delivery.
//
//   returns    borrowed until the next call; NULL if there is none now
//   proof      call share_import_max_id after this and before the use
//   context    the engine's own thread; no lock, no allocation
const struct share_clause *share_import (struct share_port *port);

// The max_id of a round at or after those of all clauses imported so far; to
// be passed to proof_see_id before one of them is used.  Grows only.
//
//   context    the engine's own thread; one relaxed load
uint64_t share_import_max_id (const struct share_port *port);

// True if share_import may find a clause; cheap enough to ask at each restart.
bool share_importing (const struct share_port *port);

// Counted by the engine, read by the communicator at any time.
struct share_port_stats {
  uint64_t offered;   // calls of share_export
  uint64_t repeated;  // dropped: offered by the same engine not long ago
  uint64_t too_long;  // dropped: longer than what has a chance now
  uint64_t ring_full; // dropped: the communicator was late
  uint64_t imported;  // clauses taken by share_import
};

// Creates a port.
//
//   ring_words    32-bit words per ring; rounded up to a power of two
//   repeat_rounds how long a clause counts as offered before
//   returns       owned
struct share_port *share_port_new (unsigned ring_words, unsigned repeat_rounds);
void share_port_free (struct share_port *port); // after the engine's end

// Takes the oldest exported clause.
//
//   returns    borrowed until the next call; literals as the engine gave them
const struct share_clause *share_port_drain (struct share_port *port);

// Puts a clause into the import ring.
//
//   returns    false if there is no room now
bool share_port_deliver (struct share_port *port,
                         const struct share_clause *clause);

// Announces a round to the engine; before any of its clauses is delivered.
//
//   max_id     >= the ids of all clauses delivered until the next call
//   max_size   longer exports are useless now; 0 refuses all
void share_port_announce (struct share_port *port, uint32_t round,
                          uint64_t max_id);
void share_port_refuse (struct share_port *port, unsigned max_size);

struct share_port_stats share_port_stats (const struct share_port *port);

#endif
