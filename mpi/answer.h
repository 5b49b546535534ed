// The last word, at rank 0: a model is evaluated before it is believed, then
// 's' and 'v' lines, files, and the verdict.
#ifndef MPI_ANSWER_H
#define MPI_ANSWER_H

#include "cnf/formula.h"
#include "mpi/outputs.h"

// Evaluates a model and prints the answer, which is UNKNOWN if the model is
// wrong.
//
//   values     as in cnf/model.h
//   returns    verdict: 10, or 0 with an error line
int answer_sat (struct outputs *, const struct formula *,
                const signed char *values);

// Prints the answer.
//
//   status     20 or 0
//   returns    'status'
int answer_other (struct outputs *, int status);

#endif
