// last.c - last words.
#include "mpi/last.h"

#include "base/fatal.h"
#include "mpi/guard.h"
#include "mpi/internal.h"

#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// Handlers get no argument, hence this global.
static struct job *current;

static atomic_flag claimed = ATOMIC_FLAG_INIT;
static _Atomic int claimed_status; // of the 's' line, or 0

bool last_claim (int status) {
  if (atomic_flag_test_and_set (&claimed))
    return false;
  claimed_status = status;
  return true;
}

/*------------------------------------------------------------------------*/
// Fatal errors.

// Any thread.  The others find this process gone; whether they go on without it
// is their launcher's decision.
static void die (const char *message) {
  struct job *job = current;
  current = NULL;
  if (job && job->out.live) // no lock: its owner may be who died
    fputc ('\n', stderr);
  fprintf (stderr, "tutti: fatal: rank %d: %s\n",
           job ? job->launcher.rank : launcher_find ().rank, message);
  fatal_clean ();
  _exit (1);
}

/*------------------------------------------------------------------------*/
// The guard, while all other threads may be stuck, with locks of theirs.

// A pipe that nobody reads would keep us as well.
static void write_soon (int fd, const char *text) {
  struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};
  if (poll (&poll_fd, 1, 100) <= 0)
    return;
  const ssize_t written = write (fd, text, strlen (text));
  (void)written;
}

static void answer_unknown (const struct job *job) {
  const char *path = job->settings->result;
  if (job->launcher.rank || !last_claim (0))
    return;
  write_soon (1, "s UNKNOWN\n");
  const int fd = path ? open (path, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
  if (fd >= 0)
    write_soon (fd, "0\n");
}

// MPI's abort may hang, and does not reach a rank that is stopped; mpirun would
// wait for it.  Ranks of other hosts have guards of their own.
static void end_others (const struct job *job) {
  struct wire *wire = job->world.wire;
  for (int rank = 0; wire && rank < wire_size (wire); rank++)
    if (rank != wire_rank (wire))
      wire_end_rank (wire, rank);
}

static void end (void *state, const char *why) {
  struct job *job = state;
  char line[160];
  current = NULL;
  answer_unknown (job);
  snprintf (line, sizeof line, "tutti: rank %d: ended at once: %s\n",
            job->launcher.rank, why);
  write_soon (2, line);
  end_others (job);
  fatal_clean ();
  _exit (claimed_status);
}

/*------------------------------------------------------------------------*/

void last_init (struct job *job) {
  current = job;
  fatal_set_handler (die);
  guard_init (end, job);
}

void last_fini (void) {
  current = NULL;
  guard_fini ();
}
