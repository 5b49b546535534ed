// port.c - the two rings of an engine, and what both sides tell each other.
// Idea     a wait-free door: the engine never waits, the communicator polls
// Source   rings: share/ring.h; sharing levels: [SchreiberSanders-SAT'21]
// Differs  the engine itself drops clauses that have no chance to travel, and
//          what it offered not long ago, before they cost the communicator
// Budget   export: a hash and a copy of the literals; import: a pointer
// Proof    'max_id' of a round is stored before the round's clauses become
//          visible, so proof_see_id comes before the first use
#include "share/port.h"
#include "share/ring.h"

#include <assert.h>
#include <stddef.h>

enum {
  RECORD_WORDS = 5, // id (2), hash (2), glue; then the literals
  RECENT_LOG = 12,  // exports remembered by the engine: 32 KiB
};

struct recent { // by the hash's lower bits; a newcomer replaces the old
  uint32_t tag; // the hash's upper bits
  uint32_t round;
};

struct counters { // engine adds (relaxed), communicator reads (relaxed)
  _Atomic uint64_t offered, repeated, too_long, ring_full, imported;
};

struct share_port {
  struct share_ring export; // engine writes, communicator reads
  struct share_ring import; // communicator writes, engine reads

  // Engine only.
  struct recent *recent;
  uint32_t repeat_rounds;
  struct share_clause imported;
  struct counters counters;

  // Communicator only.
  struct share_clause exported;

  // Communicator sets, engine reads.  'max_id' is relaxed on both sides: the
  // import ring's release and acquire order it before the round's clauses.
  // The others only steer what is worth exporting, hence relaxed.
  char pad[SHARE_LINE_BYTES];
  _Atomic uint64_t max_id;
  _Atomic uint32_t round;
  _Atomic unsigned max_size;
};

struct share_port *share_port_new (unsigned ring_words,
                                   unsigned repeat_rounds) {
  struct share_port *port = mem_calloc (1, sizeof *port);
  // No record may be longer than the ring, wherever it starts.
  const unsigned least = 4 * (RECORD_WORDS + SHARE_MAX_LITS + 1);
  share_ring_init (&port->export, ring_words < least ? least : ring_words);
  share_ring_init (&port->import, ring_words < least ? least : ring_words);
  port->recent = mem_calloc (1u << RECENT_LOG, sizeof *port->recent);
  port->repeat_rounds = repeat_rounds;
  atomic_init (&port->max_size, SHARE_MAX_LITS);
  return port;
}

void share_port_free (struct share_port *port) {
  if (!port)
    return;
  share_ring_fini (&port->export);
  share_ring_fini (&port->import);
  mem_free (port->recent);
  mem_free (port);
}

// The only writer is the caller, so no read-modify-write is needed.
static void count (_Atomic uint64_t *counter) {
  const uint64_t old = atomic_load_explicit (counter, memory_order_relaxed);
  atomic_store_explicit (counter, old + 1, memory_order_relaxed);
}

static uint64_t join (const uint32_t *words) {
  return words[0] | (uint64_t)words[1] << 32;
}

static void split (uint32_t *words, uint64_t value) {
  words[0] = (uint32_t)value;
  words[1] = (uint32_t)(value >> 32);
}

static bool put (struct share_ring *ring, const struct share_clause *clause) {
  assert (clause->size && clause->size <= SHARE_MAX_LITS);
  assert (clause->hash == hash_clause (clause->lits, clause->size));
  const unsigned payload = RECORD_WORDS + clause->size;
  uint32_t *words = share_ring_reserve (ring, payload);
  if (!words)
    return false;
  split (words, clause->id);
  split (words + 2, clause->hash);
  words[4] = clause->glue;
  memcpy (words + RECORD_WORDS, clause->lits, clause->size * sizeof (int));
  share_ring_commit (ring, payload);
  return true;
}

static const struct share_clause *take (struct share_ring *ring,
                                        struct share_clause *clause) {
  unsigned payload;
  const uint32_t *words = share_ring_next (ring, &payload);
  if (!words)
    return NULL;
  assert (payload > RECORD_WORDS && payload <= RECORD_WORDS + SHARE_MAX_LITS);
  clause->id = join (words);
  clause->hash = join (words + 2);
  clause->glue = words[4];
  clause->size = payload - RECORD_WORDS;
  clause->lits = (const int *)(words + RECORD_WORDS);
  return clause;
}

/*------------------------------------------------------------------------*/

bool share_export (struct share_port *port, const int *lits, unsigned n,
                   unsigned glue, uint64_t id) {
  struct counters *counters = &port->counters;
  assert (n);
  count (&counters->offered);
  if (n > atomic_load_explicit (&port->max_size, memory_order_relaxed)) {
    count (&counters->too_long);
    return false;
  }
  const uint64_t hash = hash_clause (lits, n);
  const uint32_t round =
      1 + atomic_load_explicit (&port->round, memory_order_relaxed);
  struct recent *recent = port->recent + (hash & ((1u << RECENT_LOG) - 1));
  const uint32_t tag = (uint32_t)(hash >> 32);
  if (recent->round && recent->tag == tag &&
      round - recent->round <= port->repeat_rounds) {
    count (&counters->repeated);
    return false;
  }
  glue = glue > SHARE_MAX_GLUE ? SHARE_MAX_GLUE : glue;
  if (!put (&port->export, &(struct share_clause){id, hash, n, glue, lits})) {
    count (&counters->ring_full);
    return false;
  }
  *recent = (struct recent){tag, round};
  return true;
}

const struct share_clause *share_import (struct share_port *port) {
  const struct share_clause *clause = take (&port->import, &port->imported);
  if (clause)
    count (&port->counters.imported);
  return clause;
}

uint64_t share_import_max_id (const struct share_port *port) {
  return atomic_load_explicit (&port->max_id, memory_order_relaxed);
}

bool share_importing (const struct share_port *port) {
  return share_ring_ready (&port->import);
}

/*------------------------------------------------------------------------*/

const struct share_clause *share_port_drain (struct share_port *port) {
  return take (&port->export, &port->exported);
}

bool share_port_deliver (struct share_port *port,
                         const struct share_clause *clause) {
  assert (clause->id <= share_import_max_id (port)); // its round is announced
  return put (&port->import, clause);
}

void share_port_announce (struct share_port *port, uint32_t round,
                          uint64_t max_id) {
  assert (share_import_max_id (port) <= max_id);
  atomic_store_explicit (&port->max_id, max_id, memory_order_relaxed);
  atomic_store_explicit (&port->round, round, memory_order_relaxed);
}

void share_port_refuse (struct share_port *port, unsigned max_size) {
  assert (max_size <= SHARE_MAX_LITS);
  atomic_store_explicit (&port->max_size, max_size, memory_order_relaxed);
}

struct share_port_stats share_port_stats (const struct share_port *port) {
  const struct counters *counters = &port->counters;
#define READ(NAME) atomic_load_explicit (&counters->NAME, memory_order_relaxed)
  return (struct share_port_stats){READ (offered), READ (repeated),
                                   READ (too_long), READ (ring_full),
                                   READ (imported)};
#undef READ
}
