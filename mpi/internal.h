// A job's inside, shared by job.c (start and end), hooks.c (what the question
// asks of this rank), count.c (counters) and loop.c (the communicator).
#ifndef MPI_INTERNAL_H
#define MPI_INTERNAL_H

#include "base/message.h"
#include "dist/question.h"
#include "mpi/launcher.h"
#include "mpi/outputs.h"
#include "mpi/reader.h"
#include "mpi/recheck.h"
#include "mpi/report.h"
#include "mpi/settings.h"
#include "proof/heir.h"
#include "team/team.h"

#include <pthread.h>

typedef struct partial *partial_ref;

struct job {
  struct settings *settings; // borrowed
  struct message out;        // prints at the root only
  double start_s;
  struct launcher launcher;
  struct loopback *loopback; // of a single rank; null: MPI connects
  struct world world;
  struct question *question;
  pthread_t main; // the only thread that may send

  struct outputs outputs; // of the root; opened by whoever needs it
  bool outputs_ready;
  bool proof_taken;      // the file of the proof has been written to
  int formula_copy;      // as it was read, if it cannot be read again; or 0
  struct reader *reader; // rank 0, while it reads
  double read_s;
  int num_vars;
  uint64_t num_clauses;

  struct heir *heir;                   // null: nobody to inherit from
  VEC (partial_ref) adopted, partials; // taken over; all of this rank
  struct share *share;                 // null: nobody to share with
  struct team *team;                   // null: interrupted while reading
  unsigned engines;
  struct recheck *recheck; // null unless checking
  double check_s;          // began, then took
  bool stuck;              // engines do not stop; leave them behind

  struct report report;
  int status;            // verdict as printed; root
  bool input_failed;     // no answer but an error
  bool deserted;         // this rank leaves without the others
  double signal_s;       // when it told of its last signal
  unsigned told_signals; // how many of its signals this rank has told of
  bool told_memory;      // it has told of memory
  bool memory_limited;   // there is a limit to look at
  const char *machine;   // folder of its proc/ and sys/; "" but in tests
  bool told_refused;     // that it refused a message
  bool told_stdout;      // nobody reads the answer
  double memory_look_s;  // last look at the resident memory
  double next_report_s;  // root
  double next_live_s;    // root
  // Seconds at the start of the search, then spent in it.
  double search_wall_s, search_main_s; // wall-clock, CPU of this thread
  bool searching;
  double pause_s; // length of the next sleep
};

static inline bool is_root (const struct job *job) {
  return world_root (&job->world);
}

// Engines were started and are still there to be asked.
static inline bool has_team (const struct job *job) {
  return job->team && !job->stuck;
}

// ------------------------------------------------------------- hooks.c

struct question_hooks hooks_of (struct job *);

// ------------------------------------------------------------- count.c

void count_all (struct job *, struct report_stats *);        // this rank's
void count_save (struct job *, const struct report_stats *); // --stats

// ------------------------------------------------------------- loop.c

// Runs until the question is over.
void loop_run (struct job *);

#endif
