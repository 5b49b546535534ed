// wake.c - one pipe that everybody may write to and the communicator sleeps on.
#define _GNU_SOURCE
#include "mpi/wake.h"

#include "base/clock.h"
#include "base/fatal.h"
#include "mpi/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// Handlers get no argument, hence these globals.
static _Atomic int caught;     // the last one
static _Atomic unsigned count; // repetitions left out
static _Atomic double first_s; // when the last one that counts came
static int ends[2] = {-1, -1}; // read, write

static const double same_s = 0.1;  // signals closer together are one
static const double orderly_s = 5; // after the first, unless there is progress
static const double at_once_s = 0.5;

static const struct {
  int number;
  const char *name;
} signals[] = {
    {SIGTERM, "SIGTERM"}, {SIGINT, "SIGINT"},       {SIGUSR1, "SIGUSR1"},
    {SIGUSR2, "SIGUSR2"}, {SIGHUP, "SIGHUP"},       {SIGALRM, "SIGALRM"},
    {SIGXCPU, "SIGXCPU"}, {SIGVTALRM, "SIGVTALRM"},
};
enum { SIGNALS = sizeof signals / sizeof *signals };
static struct sigaction before[SIGNALS];

void wake_ring (void *state) {
  (void)state;
  const int saved = errno;
  const ssize_t written = write (ends[1], "", 1); // a full pipe wakes as well
  (void)written;
  errno = saved;
}

static void handle (int number) {
  const double now_s = clock_wall_s ();
  const bool same = count && now_s - first_s < same_s;
  caught = number;
  if (!same) {
    first_s = now_s;
    if (!count++)
      guard_limit (orderly_s, "a signal was not obeyed");
    else
      guard_finish (at_once_s, "a second signal");
  }
  wake_ring (NULL);
}

static void catch (int i) {
  struct sigaction action;
  memset (&action, 0, sizeof action);
  action.sa_handler = handle;
  action.sa_flags = SA_RESTART;
  sigaction (signals[i].number, NULL, &before[i]);
  if (before[i].sa_handler != SIG_IGN)
    sigaction (signals[i].number, &action, NULL);
}

void wake_init (void) {
  if (pipe2 (ends, O_NONBLOCK | O_CLOEXEC))
    fatal ("no pipe: %s", strerror (errno));
  for (int i = 0; i < SIGNALS; i++)
    catch (i);
}

void wake_fini (void) {
  for (int i = 0; i < SIGNALS; i++)
    sigaction (signals[i].number, &before[i], NULL);
  close (ends[0]);
  close (ends[1]);
  ends[0] = ends[1] = -1;
}

void wake_wait (double timeout_s) {
  if (timeout_s > 1e6)
    timeout_s = 1e6;
  struct timespec timeout;
  timeout.tv_sec = timeout_s;
  timeout.tv_nsec = 1e9 * (timeout_s - timeout.tv_sec);
  struct pollfd fd = {.fd = ends[0], .events = POLLIN};
  if (ppoll (&fd, 1, &timeout, NULL) <= 0)
    return;
  char bytes[64];
  while (read (ends[0], bytes, sizeof bytes) > 0)
    ;
}

unsigned wake_signals (void) {
  return count;
}

int wake_signal (void) {
  return caught;
}

const char *wake_signal_name (int number) {
  for (int i = 0; i < SIGNALS; i++)
    if (signals[i].number == number)
      return signals[i].name;
  return "signal";
}
