// reader.c - the parser in the background, with one finished chunk in hand.
#include "mpi/reader.h"

#include "base/fatal.h"
#include "base/file.h"
#include "base/memory.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct reader {
  const char *path;
  struct cnf_options options;
  int keep; // gets a copy; 0: nobody does
  pthread_t thread;
  struct file_in *in; // thread's own, like 'parser'; others after 'over'
  struct cnf_parser *parser;

  pthread_mutex_t lock; // for all below
  pthread_cond_t changed;
  int *lits; // the chunk in hand, if 'full'
  size_t size;
  bool full;
  bool stop; // nobody wants more
  bool over; // the thread has ended, with 'status'
  enum cnf_status status;
  char error[CNF_ERROR_BYTES];
};

// Hands over a chunk, when the one before is gone.
//
//   returns    false if nobody wants it
static bool hand_over (struct reader *reader, int *lits, size_t size) {
  pthread_mutex_lock (&reader->lock);
  while (reader->full && !reader->stop)
    pthread_cond_wait (&reader->changed, &reader->lock);
  const bool wanted = !reader->stop;
  if (wanted) {
    reader->lits = lits;
    reader->size = size;
    reader->full = true;
    pthread_cond_signal (&reader->changed);
  }
  pthread_mutex_unlock (&reader->lock);
  return wanted;
}

static void finish (struct reader *reader, enum cnf_status status) {
  pthread_mutex_lock (&reader->lock);
  if (status == CNF_ERROR && reader->parser)
    snprintf (reader->error, sizeof reader->error, "%s",
              cnf_parser_error (reader->parser));
  reader->status = status;
  reader->over = true;
  pthread_cond_signal (&reader->changed);
  pthread_mutex_unlock (&reader->lock);
}

static void *read_all (void *state) {
  struct reader *reader = state;
  enum cnf_status status = CNF_ERROR;
  reader->in = file_in_open (reader->path, reader->error);
  if (reader->in) {
    int *lits;
    size_t size;
    if (reader->keep)
      file_in_keep (reader->in, reader->keep);
    reader->parser = cnf_parser_new (reader->in, &reader->options);
    while ((status = cnf_parser_next (reader->parser, &lits, &size)) ==
           CNF_CHUNK)
      if (!hand_over (reader, lits, size)) {
        mem_free (lits);
        break;
      }
  }
  finish (reader, status);
  return NULL;
}

static void create_thread (struct reader *reader) {
  sigset_t all, before; // signals are the communicator's
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  const int error = pthread_create (&reader->thread, NULL, read_all, reader);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  if (error)
    fatal ("no thread to read the formula: %s", strerror (error));
}

struct reader *reader_new (const char *path, const struct cnf_options *options,
                           int keep) {
  struct reader *reader = mem_calloc (1, sizeof *reader);
  pthread_condattr_t attr;
  reader->path = path;
  reader->options = *options;
  reader->keep = keep;
  pthread_mutex_init (&reader->lock, NULL);
  pthread_condattr_init (&attr);
  pthread_condattr_setclock (&attr, CLOCK_MONOTONIC);
  pthread_cond_init (&reader->changed, &attr);
  pthread_condattr_destroy (&attr);
  create_thread (reader);
  return reader;
}

static struct timespec deadline (double timeout_s) {
  struct timespec time;
  clock_gettime (CLOCK_MONOTONIC, &time);
  const double ns = time.tv_nsec + 1e9 * timeout_s;
  time.tv_sec += (time_t)(ns * 1e-9);
  time.tv_nsec = (long)(ns - 1e9 * (double)(time_t)(ns * 1e-9));
  return time;
}

// With the lock held: waits until there is something to say.
static void await (struct reader *reader, double timeout_s) {
  const struct timespec until = deadline (timeout_s);
  while (!reader->full && !reader->over)
    if (pthread_cond_timedwait (&reader->changed, &reader->lock, &until) ==
        ETIMEDOUT)
      return;
}

enum reader_status reader_take (struct reader *reader, double timeout_s,
                                int **lits, size_t *size) {
  enum reader_status status = READER_WAITING;
  pthread_mutex_lock (&reader->lock);
  if (timeout_s > 0)
    await (reader, timeout_s);
  if (reader->full) {
    *lits = reader->lits;
    *size = reader->size;
    reader->full = false;
    status = READER_CHUNK;
    pthread_cond_signal (&reader->changed);
  } else if (reader->over)
    status = reader->status == CNF_END ? READER_END : READER_FAILED;
  pthread_mutex_unlock (&reader->lock);
  return status;
}

int reader_vars (const struct reader *reader) {
  return cnf_parser_vars (reader->parser);
}

const char *reader_error (const struct reader *reader) {
  return reader->error;
}

// Asks the thread to end, and waits a moment for it.
static bool stop (struct reader *reader) {
  pthread_mutex_lock (&reader->lock);
  reader->stop = true;
  pthread_cond_signal (&reader->changed);
  if (reader->full) {
    mem_free (reader->lits);
    reader->full = false;
  }
  if (!reader->over)
    await (reader, 0.1);
  const bool over = reader->over;
  pthread_mutex_unlock (&reader->lock);
  return over;
}

void reader_free (struct reader *reader) {
  if (!stop (reader)) {
    pthread_detach (reader->thread);
    return;
  }
  pthread_join (reader->thread, NULL);
  if (reader->parser)
    cnf_parser_free (reader->parser);
  file_in_close (reader->in);
  pthread_mutex_destroy (&reader->lock);
  pthread_cond_destroy (&reader->changed);
  mem_free (reader);
}
