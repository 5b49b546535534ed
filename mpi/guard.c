// guard.c - two deadlines, one of which moves, and a thread waiting for them.
#include "mpi/guard.h"

#include "base/clock.h"
#include "base/fatal.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

struct deadline { // any thread and handlers write, the guard reads; relaxed
  _Atomic double at_s;
  const char *_Atomic why;
};

static struct {
  pthread_t thread;
  sem_t bell; // a deadline has come closer
  void (*end) (void *state, const char *why);
  void *state;
  _Atomic bool over;
  struct deadline moving, final;
} guard;

static void set (struct deadline *deadline, double at_s, const char *why) {
  atomic_store_explicit (&deadline->why, why, memory_order_relaxed);
  atomic_store_explicit (&deadline->at_s, at_s, memory_order_relaxed);
  sem_post (&guard.bell);
}

static double at (const struct deadline *deadline) {
  return atomic_load_explicit (&deadline->at_s, memory_order_relaxed);
}

// Sleeps until somebody rings or the time is over.  Semaphores follow the
// clock that people set, so long sleeps are cut into pieces.
static void rest (double seconds) {
  struct timespec until;
  if (seconds == HUGE_VAL) {
    sem_wait (&guard.bell);
    return;
  }
  const double piece_s = fmin (seconds, 60);
  clock_gettime (CLOCK_REALTIME, &until);
  const double ns = until.tv_nsec + 1e9 * piece_s;
  until.tv_sec += (time_t)(ns * 1e-9);
  until.tv_nsec = (long)fmod (ns, 1e9);
  sem_timedwait (&guard.bell, &until);
}

static void *watch (void *unused) {
  while (!atomic_load_explicit (&guard.over, memory_order_relaxed)) {
    const struct deadline *next =
        at (&guard.final) < at (&guard.moving) ? &guard.final : &guard.moving;
    const double left_s = at (next) - clock_wall_s ();
    if (left_s > 0)
      rest (left_s);
    else
      guard.end (guard.state, next->why);
  }
  return unused;
}

void guard_init (void (*end) (void *state, const char *why), void *state) {
  sigset_t all, before; // signals are the communicator's
  guard.end = end;
  guard.state = state;
  guard.over = false;
  guard.moving.at_s = guard.final.at_s = HUGE_VAL;
  sem_init (&guard.bell, 0, 0);
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  const int error = pthread_create (&guard.thread, NULL, watch, NULL);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  if (error)
    fatal ("no thread to watch the time: %s", strerror (error));
}

void guard_fini (void) {
  atomic_store_explicit (&guard.over, true, memory_order_relaxed);
  sem_post (&guard.bell);
  pthread_join (guard.thread, NULL);
  sem_destroy (&guard.bell);
}

void guard_allow (double seconds, const char *why) {
  set (&guard.moving, clock_wall_s () + seconds, why);
}

void guard_extend (double seconds) {
  const double until_s = at (&guard.moving);
  const double least_s = clock_wall_s () + seconds;
  if (until_s < least_s)
    atomic_store_explicit (&guard.moving.at_s, least_s, memory_order_relaxed);
}

void guard_limit (double seconds, const char *why) {
  const double until_s = clock_wall_s () + seconds;
  if (until_s < at (&guard.moving))
    set (&guard.moving, until_s, why);
}

void guard_finish (double seconds, const char *why) {
  const double until_s = clock_wall_s () + seconds;
  if (until_s < at (&guard.final))
    set (&guard.final, until_s, why);
}
