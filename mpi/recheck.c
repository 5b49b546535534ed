// recheck.c - the checker in the background.
#define _GNU_SOURCE
#include "mpi/recheck.h"

#include "base/fatal.h"
#include "base/memory.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

struct recheck {
  struct check_config config;
  struct check_result result; // thread writes before 'done'
  void (*wake) (void *);
  void *state;
  pthread_t thread;
  _Atomic bool done; // thread sets (release), communicator reads (acquire)
};

static void *check (void *state) {
  struct recheck *recheck = state;
  check_refutation (&recheck->config, &recheck->result);
  atomic_store_explicit (&recheck->done, true, memory_order_release);
  recheck->wake (recheck->state);
  return NULL;
}

// A thread that is left behind goes on reading, so the descriptor must not
// become another file's.
static struct check_input own (const struct check_input *input) {
  struct check_input res = *input;
  if (res.fd)
    res.fd = fcntl (res.fd, F_DUPFD_CLOEXEC, 3);
  if (res.fd < 0)
    fatal ("no descriptor for the checker");
  return res;
}

static void disown (const struct check_input *input) {
  if (input->fd)
    close (input->fd);
}

struct recheck *recheck_new (const struct check_input *formula,
                             const struct check_input *proof, bool relaxed,
                             void (*done) (void *), void *state) {
  struct recheck *recheck = mem_calloc (1, sizeof *recheck);
  recheck->config.formula = own (formula);
  recheck->config.proof = own (proof);
  recheck->config.relaxed = relaxed;
  recheck->wake = done;
  recheck->state = state;
  sigset_t all, before; // signals are the communicator's
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  if (pthread_create (&recheck->thread, NULL, check, recheck))
    fatal ("no thread for the checker");
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  return recheck;
}

const struct check_result *recheck_result (const struct recheck *recheck) {
  return atomic_load_explicit (&recheck->done, memory_order_acquire)
             ? &recheck->result
             : NULL;
}

void recheck_free (struct recheck *recheck) {
  if (!recheck)
    return;
  if (!recheck_result (recheck)) {
    pthread_detach (recheck->thread);
    return;
  }
  pthread_join (recheck->thread, NULL);
  disown (&recheck->config.formula);
  disown (&recheck->config.proof);
  mem_free (recheck);
}
