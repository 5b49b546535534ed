// The message layer: typed messages of any length between ranks, in small
// frames over a transport, without ever blocking.
//
//   order        messages of one class arrive in the order they were sent from
//                one rank to another; VIEW ones may overtake URGENT ones, those
//                BULK ones
//   generation   what was sent in another generation than the receiver's is
//                never delivered: later ones wait, earlier ones are dropped
//   context      one thread per wire
//   format       docs/wire.md
#ifndef WIRE_WIRE_H
#define WIRE_WIRE_H

#include "wire/transport.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire;

enum wire_kind {
#define TAG(NAME, NUMBER, ...) WIRE_##NAME = NUMBER,
#include "wire/tags.def"
#undef TAG
  WIRE_KINDS = 64
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

struct wire_options {
  unsigned heartbeat_ms; // pause after which a watched peer gets a sign of life
  unsigned suspect_ms;   // silence after which a watched peer is suspected
  size_t window_bytes;   // unconsumed bytes of one BULK kind between two ranks
};

extern const struct wire_options wire_defaults;

// Statistics of this rank's traffic; frames include heads and heartbeats.
struct wire_stats {
  uint64_t messages_sent, frames_sent, bytes_sent;
  uint64_t suspicions;
  uint64_t stale;   // frames of an earlier generation
  uint64_t refused; // frames that were malformed
};

// Speaks over a transport from now on.
//
//   transport  copied; closed by wire_free
//   options    borrowed, copied; null for wire_defaults
//   returns    owned
struct wire *wire_new (const struct transport *, const struct wire_options *);
void wire_configure (struct wire *, const struct wire_options *);

// Leaves the transport.
//
//   orderly    delivers what is still queued and waits for the others, which
//              must have consumed what they were sent (heartbeats aside); if
//              false, nobody is waited for
void wire_free (struct wire *, bool orderly);

int wire_rank (const struct wire *);
int wire_size (const struct wire *);

// What each rank said of itself at the start; wire_size of them.
const struct transport_card *wire_cards (const struct wire *);

// The transport's clock; everything that ranks do together goes by it.
double wire_now_s (const struct wire *);

// Sets who receives messages of that kind; null drops them silently.
void wire_handle (struct wire *, enum wire_kind, wire_handler, void *state);

// Sets who looks at each message before it is delivered.
//
//   examine    null if it may come in, else why not
void wire_guard (struct wire *,
                 const char *(*examine) (const void *state,
                                         const struct wire_message *),
                 const void *state);

// Counts a message whose content is impossible, and remembers the first one.
//
//   why        not copied
void wire_refuse (struct wire *, const struct wire_message *, const char *why);

// The first message that was refused, here or by its looks.
//
//   returns    false if there was none
bool wire_refused (const struct wire *, enum wire_kind *, int *from,
                   const char **why);

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

// Exchanges heartbeats with that rank from now on (both sides must watch).
void wire_watch (struct wire *, int peer);
void wire_watch_nobody (struct wire *);

// The smallest watched rank that has been silent for 'suspect_ms' and was not
// heard of since, or -1.
int wire_first_suspected (const struct wire *);

// True if this rank has not polled for so long that others may have given it
// up, until 'wire_is_back' says that they have not.
bool wire_was_away (const struct wire *);
void wire_is_back (struct wire *);

// True if that rank's process is known to have ended, now or later.
bool wire_gone (const struct wire *, int peer);

// Ends the process of a rank that was excluded, where that is possible.
void wire_end_rank (struct wire *, int rank);

// Begins another generation.  What is queued, half received, held or on credit
// between any two ranks is forgotten, VIEW messages excepted; what others sent
// in the new one before this call is delivered by the next polls.
//
//   generation  larger than the one before, compared modulo 2^16
void wire_set_generation (struct wire *, uint32_t generation);
uint32_t wire_generation (const struct wire *);

// Until the next generation nothing but VIEW messages is delivered.
void wire_freeze (struct wire *);

const struct wire_stats *wire_stats (const struct wire *);

// Name of a kind, for messages.
const char *wire_kind_name (enum wire_kind);

#endif
