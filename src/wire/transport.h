// What the wire needs of the machine below: frames between ranks, a clock, and
// word of who is certainly dead.  Three implementations keep this contract:
// MPI (mpi/), threads of one process (wire/loopback.h), and a simulated
// machine on virtual time (wire/simulated.h).
//
//   order      frames of one rank to another arrive in the order they were
//              sent; nothing is said about those of different ranks
//   loss       none between living ranks, whatever the delay; frames from or to
//              a rank that dies may vanish
//   context    one thread per rank
#ifndef WIRE_TRANSPORT_H
#define WIRE_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRANSPORT_FRAME_BYTES = 32768 };

enum { TRANSPORT_CARD_WORDS = 4 };

// What a rank tells all others at the start; the transport hands the cards
// around before it is ready.
struct transport_card {
  uint64_t host;    // equal for ranks on the same host
  uint64_t process; // its number there
  uint64_t words[TRANSPORT_CARD_WORDS];
};

struct transport_calls {
  // Room for the next frame to that rank: TRANSPORT_FRAME_BYTES, 8-byte
  // aligned, valid until 'send' to the same rank or the next 'frame'.
  //
  //   returns    null as long as the frame before has not left; to a dead rank
  //              that may be for ever
  uint64_t *(*frame) (void *state, int to);

  // Sends what was written there.  Never blocks.
  void (*send) (void *state, int to, size_t bytes);

  // Takes the next frame that has arrived.
  //
  //   frame      borrowed until the next call
  //   returns    its bytes; 0 if there is none
  size_t (*receive) (void *state, int *from, const uint64_t **frame);

  // Seconds since some moment; the same clock for everything a rank does.
  double (*now_s) (void *state);

  // True if that rank's process is known to be gone for good, not just silent.
  bool (*gone) (void *state, int rank);

  // Ends that rank's process, which is no member any more, if it is there still
  // and can be reached.
  void (*end) (void *state, int rank);

  // Frees the transport.
  //
  //   orderly    all ranks are alive and leave, so it may wait for them
  void (*close) (void *state, bool orderly);
};

struct transport {
  int rank, size;
  const struct transport_card *cards; // of all ranks, the same everywhere
  const struct transport_calls *calls;
  void *state;
};

#endif
