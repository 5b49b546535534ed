// wake.c - one pipe that everybody may write to and the communicator sleeps on.
#define _GNU_SOURCE
#include "mpi/wake.h"

#include "base/fatal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// Handlers get no argument, hence these globals.
static volatile sig_atomic_t caught;
static int ends[2] = {-1, -1}; // read, write

static const int numbers[] = {SIGTERM, SIGINT, SIGUSR1};
enum { NUMBERS = sizeof numbers / sizeof *numbers };
static struct sigaction before[NUMBERS];

void wake_ring (void *state) {
  (void)state;
  const int saved = errno;
  const ssize_t written = write (ends[1], "", 1); // a full pipe wakes as well
  (void)written;
  errno = saved;
}

static void handle (int number) {
  caught = number;
  wake_ring (NULL);
}

void wake_init (void) {
  if (pipe2 (ends, O_NONBLOCK | O_CLOEXEC))
    fatal ("no pipe: %s", strerror (errno));
  struct sigaction action;
  memset (&action, 0, sizeof action);
  action.sa_handler = handle;
  action.sa_flags = SA_RESTART;
  for (int i = 0; i < NUMBERS; i++)
    sigaction (numbers[i], &action, &before[i]);
}

void wake_fini (void) {
  for (int i = 0; i < NUMBERS; i++)
    sigaction (numbers[i], &before[i], NULL);
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

int wake_signal (void) {
  return caught;
}

const char *wake_signal_name (int number) {
  switch (number) {
  case SIGTERM:
    return "SIGTERM";
  case SIGINT:
    return "SIGINT";
  case SIGUSR1:
    return "SIGUSR1";
  default:
    return "signal";
  }
}
