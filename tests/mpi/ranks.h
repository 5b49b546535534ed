// What all tests over several ranks share: a check that ends every rank, a
// printed seed, and a meeting point made of messages.
#ifndef RANKS_H
#define RANKS_H

#include "base/clock.h"
#include "base/rng.h"
#include "mpi/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EXPECT(COND)                                                           \
  do {                                                                         \
    if (!(COND)) {                                                             \
      fprintf (stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #COND);      \
      wire_abort (1);                                                          \
    }                                                                          \
  } while (0)

// Set TEST_SEED to repeat a run; all ranks must use the same one, so without
// it rank 0's is sent around.
struct ranks {
  struct wire *wire;
  int rank, size;
  uint64_t seed;
  int arrived; // rank 0: ranks at the meeting point
  bool go;
};

static void ranks_arrive (void *state, const struct wire_message *msg) {
  struct ranks *ranks = state;
  (void)msg;
  ranks->arrived++;
}

static void ranks_go (void *state, const struct wire_message *msg) {
  struct ranks *ranks = state;
  if (msg->bytes)
    memcpy (&ranks->seed, msg->data, sizeof ranks->seed);
  ranks->go = true;
}

// Seconds after which a wait counts as hanging: many times what the slowest
// machine needs, since several ranks may share a busy core.
enum { RANKS_PATIENCE_S = 600 };

// Who waits sleeps, instead of yielding in MPI as tests/CMakeLists.txt tells it
// not to: on a busy machine a rank that yields gets its turn after everybody else,
// thousands of times (collecting over 5 ranks at a load of 18: 15 s, 3 s so).
static void ranks_poll (struct ranks *ranks) {
  const struct timespec pause = {0, 20000};
  if (!wire_poll (ranks->wire))
    nanosleep (&pause, NULL);
}

// Polls until the condition holds.
#define POLL_UNTIL(RANKS, COND)                                                \
  do {                                                                         \
    const double poll_start = clock_wall_s ();                                 \
    while (!(COND)) {                                                          \
      ranks_poll (RANKS);                                                      \
      EXPECT (clock_wall_s () - poll_start < RANKS_PATIENCE_S);                \
    }                                                                          \
  } while (0)

// Waits until all ranks are here.
static void ranks_meet (struct ranks *ranks) {
  wire_send (ranks->wire, 0, WIRE_BYE, 0, NULL, 0);
  if (!ranks->rank) {
    POLL_UNTIL (ranks, ranks->arrived == ranks->size);
    ranks->arrived = 0;
    for (int rank = 0; rank < ranks->size; rank++)
      wire_send (ranks->wire, rank, WIRE_STOP, 0, &ranks->seed,
                 sizeof ranks->seed);
  }
  POLL_UNTIL (ranks, ranks->go);
  ranks->go = false;
}

static void ranks_init (struct ranks *ranks, int *argc, char ***argv) {
  *ranks = (struct ranks){.wire = wire_new (argc, argv, NULL)};
  ranks->rank = wire_rank (ranks->wire);
  ranks->size = wire_size (ranks->wire);
  const char *seed = getenv ("TEST_SEED");
  ranks->seed = seed ? strtoull (seed, NULL, 0) : 1e6 * clock_wall_s ();
  wire_handle (ranks->wire, WIRE_BYE, ranks_arrive, ranks);
  wire_handle (ranks->wire, WIRE_STOP, ranks_go, ranks);
  ranks_meet (ranks);
  if (!ranks->rank)
    printf ("%d ranks, TEST_SEED=%llu\n", ranks->size,
            (unsigned long long)ranks->seed);
}

static void ranks_fini (struct ranks *ranks) {
  ranks_meet (ranks);
  wire_free (ranks->wire);
}

#endif
