// One test body over several ranks, on every transport: threads of one process,
// a simulated machine, or MPI.  Besides a check that ends all ranks, a printed
// seed, and a meeting point made of messages.
//
//   usage      test_IDEA RANKS [simulated]; built with TUTTI_MPI, under mpirun
//   body       what it writes is its own: automatic or _Thread_local
#ifndef RANKS_H
#define RANKS_H

#include "base/clock.h"
#include "base/rng.h"
#include "dist/tree.h"
#include "wire/loopback.h"
#include "wire/simulated.h"
#include "wire/wire.h"

#ifdef TUTTI_MPI
#include "mpi/transport.h"
#endif

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define EXPECT(COND)                                                           \
  do {                                                                         \
    if (!(COND)) {                                                             \
      fprintf (stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #COND);      \
      ranks_give_up ();                                                        \
    }                                                                          \
  } while (0)

_Noreturn static void ranks_give_up (void) {
#ifdef TUTTI_MPI
  _exit (1);
#else
  _Exit (1);
#endif
}

enum { RANKS_MOST = 16 };

struct ranks;
typedef void (*ranks_body) (struct ranks *);

// Who runs in a simulated machine: the machine's thread or one of the ranks',
// never two at once.
struct baton {
  pthread_mutex_t lock; // for the rest
  pthread_cond_t passed;
  struct ranks *holder; // null: the machine
};

// TUTTI_TEST_SEED in the environment repeats a run.  All ranks must have the
// same seed, so rank 0's is sent around.
struct ranks {
  struct wire *wire;
  int rank, size;
  uint64_t seed;
  int arrived; // rank 0: ranks at the meeting point
  bool go;

  ranks_body body;
  struct transport transport;
  struct baton *baton; // of a simulated machine, else null
  double pause_s;      // told to it; negative: the body has returned
};

/*------------------------------------------------------------------------*/
// Time passes.

static inline void baton_give (struct baton *baton, struct ranks *to) {
  pthread_mutex_lock (&baton->lock);
  baton->holder = to;
  pthread_cond_broadcast (&baton->passed);
  pthread_mutex_unlock (&baton->lock);
}

static inline void baton_await (struct baton *baton, struct ranks *own) {
  pthread_mutex_lock (&baton->lock);
  while (baton->holder != own)
    pthread_cond_wait (&baton->passed, &baton->lock);
  pthread_mutex_unlock (&baton->lock);
}

// Does nothing for so long, at least 20 us: on a busy machine a rank that
// yields instead gets its turn after everybody else, thousands of times (15 s,
// not 3, for collecting at a load of 18).  tests/CMakeLists.txt tells MPI the
// same.
static void ranks_pause (struct ranks *ranks, double seconds) {
  seconds = seconds > 2e-5 || ranks->baton ? seconds : 2e-5;
  const struct timespec time = {seconds, 1e9 * (seconds - (int)seconds)};
  if (ranks->baton) {
    ranks->pause_s = seconds;
    baton_give (ranks->baton, NULL);
    baton_await (ranks->baton, ranks);
  } else
    nanosleep (&time, NULL);
}

static void ranks_poll (struct ranks *ranks) {
  if (!wire_poll (ranks->wire))
    ranks_pause (ranks, ranks->baton ? 1e-3 : 0);
  else if (ranks->baton)
    ranks_pause (ranks, 0);
}

static double ranks_now_s (const struct ranks *ranks) {
  return wire_now_s (ranks->wire);
}

// Seconds after which a wait counts as hanging: many times what the slowest
// machine needs, since several ranks may share a busy core.
enum { RANKS_PATIENCE_S = 600 };

// Polls until the condition holds.
#define POLL_UNTIL(RANKS, COND)                                                \
  do {                                                                         \
    const double poll_start = ranks_now_s (RANKS);                             \
    while (!(COND)) {                                                          \
      ranks_poll (RANKS);                                                      \
      EXPECT (ranks_now_s (RANKS) - poll_start < RANKS_PATIENCE_S);            \
    }                                                                          \
  } while (0)

/*------------------------------------------------------------------------*/
// Meeting.

static void ranks_arrive (void *state, const struct wire_message *msg) {
  struct ranks *ranks = state;
  (void)msg;
  ranks->arrived++;
}

static void ranks_go (void *state, const struct wire_message *msg) {
  struct ranks *ranks = state;
  memcpy (&ranks->seed, msg->data, sizeof ranks->seed);
  ranks->go = true;
}

// Says that this rank is here, and lets all go when all are; to be called until
// 'go', with polls between.
static void ranks_gather (struct ranks *ranks) {
  if (ranks->rank || ranks->arrived < ranks->size)
    return;
  ranks->arrived = 0;
  for (int rank = 0; rank < ranks->size; rank++)
    wire_send (ranks->wire, rank, WIRE_STOP, 0, &ranks->seed,
               sizeof ranks->seed);
}

static void ranks_say_here (struct ranks *ranks) {
  ranks->go = false;
  wire_send (ranks->wire, 0, WIRE_BYE, 0, NULL, 0);
}

// Waits until all ranks are here.
static void ranks_meet (struct ranks *ranks) {
  ranks_say_here (ranks);
  while (!ranks->go) {
    ranks_gather (ranks);
    ranks_poll (ranks);
  }
}

/*------------------------------------------------------------------------*/
// Start and end.

static void ranks_init (struct ranks *ranks) {
  const char *seed = getenv ("TUTTI_TEST_SEED");
  ranks->wire = wire_new (&ranks->transport, NULL);
  ranks->rank = ranks->transport.rank;
  ranks->size = ranks->transport.size;
  ranks->seed = seed ? strtoull (seed, NULL, 0) : 1e6 * clock_wall_s ();
  wire_handle (ranks->wire, WIRE_BYE, ranks_arrive, ranks);
  wire_handle (ranks->wire, WIRE_STOP, ranks_go, ranks);
  ranks_meet (ranks);
  if (!ranks->rank)
    printf ("%d ranks, TUTTI_TEST_SEED=%llu\n", ranks->size,
            (unsigned long long)ranks->seed);
}

static void ranks_run (struct ranks *ranks) {
  ranks_init (ranks);
  ranks->body (ranks);
  ranks_meet (ranks);
  wire_free (ranks->wire, true);
}

#ifdef TUTTI_MPI

static inline int ranks_main (int argc, char **argv, ranks_body body) {
  struct ranks ranks = {.body = body};
  struct transport_card card = {0};
  transport_open (&ranks.transport, &argc, &argv, &card);
  ranks_run (&ranks);
  return 0;
}

#else

static inline void *ranks_thread (void *state) {
  struct ranks *ranks = state;
  if (ranks->baton)
    baton_await (ranks->baton, ranks);
  ranks_run (ranks);
  ranks->pause_s = -1;
  if (ranks->baton)
    baton_give (ranks->baton, NULL);
  return NULL;
}

static inline void ranks_start (struct ranks *ranks, pthread_t *threads,
                                int size) {
  for (int rank = 0; rank < size; rank++)
    EXPECT (!pthread_create (threads + rank, NULL, ranks_thread, ranks + rank));
}

static inline void ranks_join (pthread_t *threads, int size) {
  for (int rank = 0; rank < size; rank++)
    pthread_join (threads[rank], NULL);
}

static inline void ranks_looped_back (int size, ranks_body body) {
  struct ranks ranks[RANKS_MOST];
  pthread_t threads[RANKS_MOST];
  struct loopback *loopback = loopback_new (size, NULL);
  for (int rank = 0; rank < size; rank++)
    ranks[rank] = (struct ranks){
        .body = body, .transport = loopback_transport (loopback, rank)};
  ranks_start (ranks, threads, size);
  ranks_join (threads, size);
  loopback_free (loopback);
}

// Lets the rank's thread run until it has nothing to do.
static inline double ranks_step (void *state) {
  struct ranks *ranks = state;
  baton_give (ranks->baton, ranks);
  baton_await (ranks->baton, NULL);
  return ranks->pause_s;
}

static inline void ranks_simulated (int size, ranks_body body) {
  struct ranks ranks[RANKS_MOST];
  pthread_t threads[RANKS_MOST];
  struct baton baton = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER,
                        NULL};
  struct simulated *machine = simulated_new (size, NULL, &simulated_tcp, 1);
  for (int rank = 0; rank < size; rank++) {
    ranks[rank] =
        (struct ranks){.body = body,
                       .transport = simulated_transport (machine, rank),
                       .baton = &baton};
    simulated_start (machine, rank, ranks_step, ranks + rank);
  }
  ranks_start (ranks, threads, size);
  EXPECT (!simulated_run (machine, 1e9));
  ranks_join (threads, size);
  simulated_free (machine);
}

static inline int ranks_main (int argc, char **argv, ranks_body body) {
  const int size = argc > 1 ? atoi (argv[1]) : 0;
  if (size < 1 || size > RANKS_MOST) {
    fprintf (stderr, "usage: %s RANKS [simulated]\n", argv[0]);
    return 1;
  }
  if (argc > 2)
    ranks_simulated (size, body);
  else
    ranks_looped_back (size, body);
  return 0;
}

#endif

#endif
