// The block at the end that everybody sees.
#ifndef MPI_SUMMARY_H
#define MPI_SUMMARY_H

#include "base/message.h"
#include "mpi/report.h"

// Prints a dozen lines of the folded counters, each with what it is relative to
// (mpi/summary.def).
//
//   num_vars   of the formula
void summary_print (const struct report_stats *, int num_vars,
                    struct message *out);

#endif
