// A job's inside, shared by job.c (start and end), loop.c (search, limits,
// decision) and finish.c (from the decision to the last counter).
#ifndef MPI_INTERNAL_H
#define MPI_INTERNAL_H

#include "base/message.h"
#include "mpi/collect.h"
#include "mpi/lanes.h"
#include "mpi/launcher.h"
#include "mpi/outputs.h"
#include "mpi/recheck.h"
#include "mpi/report.h"
#include "mpi/rounds.h"
#include "mpi/settings.h"
#include "mpi/transport.h"
#include "mpi/tree.h"
#include "mpi/wire.h"

enum stage {
#define STAGE(NAME, TEXT) NAME,
#include "mpi/stages.def"
#undef STAGE
};

enum cause {
#define CAUSE(NAME, TEXT) CAUSE_##NAME,
#include "mpi/causes.def"
#undef CAUSE
};

// Why the search ends: what a rank tells the root, and the root all ranks.
struct outcome {
  int32_t status; // 10, 20, 0
  int32_t cause;
  int32_t rank;            // where it happened
  int32_t number;          // of the signal
  uint64_t lane, empty_id; // of the answer
};

// In the round field of STOP.
enum { STOP_SEARCH = 1, STOP_PROOF = 2 };

struct job {
  struct settings *settings; // borrowed
  struct message out;        // prints at rank 0 only
  double start_s;
  struct launcher launcher;

  struct wire *wire;
  struct tree tree;
  struct lanes lanes;
  struct outputs outputs; // root
  int formula_copy;       // as it was read, if it cannot be read again; or 0
  struct formula formula; // other ranks than the root: until engines have it
  int num_vars;
  uint64_t num_clauses;
  double read_s;

  struct report *report;
  struct rounds *rounds;
  struct share *share;     // null: nobody to share with
  struct collect *collect; // null: no proof wanted
  struct team *team;       // null: interrupted while reading
  unsigned engines;
  struct transport transport;
  struct recheck *recheck; // null unless checking
  double check_s;

  enum stage stage;
  double stage_s; // when it began
  bool decided;   // 'outcome' is valid
  struct outcome outcome;
  enum stage outcome_stage; // when it came
  bool abandoned;           // no proof any more
  bool abandon_passed;      // the children know
  unsigned exhausted;       // root: ranks whose engines have all stopped
  bool told_signal;         // this rank has told of its signal,
  bool told_memory;         // memory,
  bool told_end;            // answer or exhaustion
  bool stuck;               // engines do not stop; leave them behind
  int status;               // verdict as printed; root
  bool bye;                 // the root lets us go
  int suspected;            // rank last complained about, or -1
  double memory_look_s;     // last look at the resident memory
  double next_report_s;     // root
  double next_live_s;       // root
  // Seconds at the start of the search, then spent in it.
  double search_wall_s, search_main_s; // wall-clock, CPU of this thread
  double pause_s;                      // length of the next sleep
};

static inline bool is_root (const struct job *job) {
  return tree_is_root (&job->tree);
}

// ------------------------------------------------------------- loop.c

// Sets up handlers, before messages can arrive.
void loop_init (struct job *);

// Looks at signals and limits; tells the root, or decides as the root.
void loop_watch (struct job *);

// Runs until LEAVE.
void loop_run (struct job *);

void enter_stage (struct job *, enum stage);

// ------------------------------------------------------------- finish.c

// Moves from HALT on as far as possible.
//
//   returns    true if anything moved
bool finish_step (struct job *);

#endif
