// Runs the trusted checker in a thread of its own, so that the communicator
// keeps hearing signals and the other ranks.
#ifndef MPI_RECHECK_H
#define MPI_RECHECK_H

#include "check/check.h"

#include <stdbool.h>

struct recheck;

// Starts checking a proof against a formula.
//
//   formula, proof  names are borrowed until recheck_free; open files are taken
//                   from their start, until then nobody else may read them
//   done            called from the thread at its end, e.g. wake_ring
//   returns         owned
struct recheck *recheck_new (const struct check_input *formula,
                             const struct check_input *proof, bool relaxed,
                             void (*done) (void *), void *state);

// returns    null as long as it runs; borrowed
const struct check_result *recheck_result (const struct recheck *);

// Frees what is finished; leaves a thread that still runs behind.
void recheck_free (struct recheck *);

#endif
