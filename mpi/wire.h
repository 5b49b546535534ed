// The message layer: typed messages of any length between ranks, in small
// frames, without ever blocking.  The only code that knows MPI; compiled
// without TUTTI_MPI, or started without a launcher, there is just one rank.
//
//   order      messages of one urgency arrive in the order they were sent
//              from one rank to another; URGENT ones may overtake BULK ones
//   context    everything here: the main thread (MPI_THREAD_FUNNELED)
//   format     docs/wire.md
#ifndef MPI_WIRE_H
#define MPI_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire;

enum wire_kind {
#define TAG(NAME, NUMBER, CLASS, DIRECTION, PAYLOAD) WIRE_##NAME = NUMBER,
#include "mpi/tags.def"
#undef TAG
  WIRE_KINDS = 32
};

// 'round' travels with every message: number of a round, a stream, a section.
// Only its lower 24 bits do.
#define WIRE_ROUNDS (1u << 24)

// True if round 'a' comes after 'b', modulo 2^24.
static inline bool wire_newer (uint32_t a, uint32_t b) {
  const uint32_t ahead = (a - b) & (WIRE_ROUNDS - 1);
  return ahead && ahead < WIRE_ROUNDS / 2;
}

struct wire_message {
  int from;
  enum wire_kind kind;
  uint32_t round;
  const uint8_t *data; // 8-byte aligned, valid during the handler only
  size_t bytes;
};

// May send, may change handlers, must not poll.
typedef void (*wire_handler) (void *state, const struct wire_message *);

enum { WIRE_CARD_WORDS = 3 };

struct wire_card { // what a rank tells all others at the start
  uint64_t words[WIRE_CARD_WORDS];
};

struct wire_options {
  unsigned heartbeat_ms; // pause after which a watched peer gets a sign of life
  unsigned suspect_ms;   // silence after which a watched peer is suspected
  size_t window_bytes;   // unconsumed bytes of one BULK kind between two ranks
  const char *host;      // this rank's; null: the processor's name.  wire_new
  struct wire_card card; // of this rank.  wire_new
};

extern const struct wire_options wire_defaults;

// Statistics of this rank's traffic; frames include heads and heartbeats.
struct wire_stats {
  uint64_t messages_sent, frames_sent, bytes_sent;
  uint64_t messages_received, frames_received, bytes_received;
  uint64_t suspicions;
};

// Connects the ranks, through MPI if a launcher that MPI knows started several.
// Collective over all ranks; the last collective call before wire_free.
//
//   options    borrowed, copied; null for wire_defaults
//   returns    owned; exactly one per process
struct wire *wire_new (int *argc, char ***argv, const struct wire_options *);
void wire_configure (struct wire *, const struct wire_options *);

// Delivers what is still queued, then leaves MPI.  Collective.  Every rank
// must have consumed what it was sent (heartbeats aside).
void wire_free (struct wire *);

// Ends all ranks at once with that status.  Any context after wire_new, also
// other threads as a last resort; without MPI it is _exit.
_Noreturn void wire_abort (int status);

int wire_rank (const struct wire *);
int wire_size (const struct wire *);

// One number per rank, equal for ranks on the same host; wire_size of them.
const uint64_t *wire_hosts (const struct wire *);

// What each rank's options said as its card; wire_size of them.
const struct wire_card *wire_cards (const struct wire *);

// Sets who receives messages of that kind; null drops them silently.
void wire_handle (struct wire *, enum wire_kind, wire_handler, void *state);

// Keeps messages of that kind that come before their handler is set, instead
// of dropping them; the poll after wire_handle delivers them.
void wire_hold (struct wire *, enum wire_kind);

// Queues a message.  Never blocks; the data is copied.  A message to the own
// rank is delivered by the next wire_poll.
//
//   data, bytes  borrowed; any length
//   BULK kinds   bytes <= wire_room (wire, to, kind)
void wire_send (struct wire *, int to, enum wire_kind, uint32_t round,
                const void *data, size_t bytes);

// Payload bytes of a BULK kind that may be sent to 'to' now.
size_t wire_room (const struct wire *, int to, enum wire_kind);

// The largest room there can be.  Credits come a quarter at a time, so that
// only messages of at most half a window are sure to find room in the end.
size_t wire_window (const struct wire *);

// Says that so many payload bytes of a BULK kind from that rank are consumed,
// which gives the sender as much room again.  Each byte exactly once.
void wire_release (struct wire *, int from, enum wire_kind, size_t bytes);

// Moves frames, and calls the handlers of what arrived completely.
//
//   returns    true if anything moved, so that polling again soon pays
bool wire_poll (struct wire *);

// Payload bytes that are queued to a rank, or to all, and not yet handed to
// MPI.
size_t wire_queued (const struct wire *, int to);
size_t wire_queued_all (const struct wire *);

// Exchanges heartbeats with that rank from now on (both sides must watch).
void wire_watch (struct wire *, int peer);

// True after 'suspect_ms' of silence of a watched rank, until it is heard of
// again.  'first' scans: the smallest suspected rank, or -1.
bool wire_suspected (const struct wire *, int peer);
int wire_first_suspected (const struct wire *);

const struct wire_stats *wire_stats (const struct wire *);

// Name of a kind for messages and traces, "?" for none.
const char *wire_kind_name (enum wire_kind);

#endif
