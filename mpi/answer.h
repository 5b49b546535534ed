// The last word, at rank 0: a model is evaluated before it is believed, then
// 's' and 'v' lines, files, and the exit status.
#ifndef MPI_ANSWER_H
#define MPI_ANSWER_H

#include "base/message.h"
#include "cnf/formula.h"
#include "mpi/settings.h"

// Evaluates a model and prints the answer, which is UNKNOWN if the model is
// wrong or cannot be written where it was asked for.
//
//   values     as in cnf/model.h
//   returns    exit status: 10, or 0 with an error line
int answer_sat (const struct settings *, const struct formula *,
                const signed char *values, struct message *out);

// Prints the answer.
//
//   status     20 or 0
//   returns    'status'
int answer_other (const struct settings *, int status, struct message *out);

#endif
