// The last word, at rank 0: a model is evaluated before it is believed, then
// 's' and 'v' lines, files, and the verdict.
#ifndef MPI_ANSWER_H
#define MPI_ANSWER_H

#include "cnf/formula.h"
#include "mpi/outputs.h"

// Evaluates a formula under a model.
//
//   values     as in cnf/model.h
//   returns    false with an error line if a clause is false
bool answer_believe (const struct formula *, const signed char *values,
                     struct message *out);

// Prints the answer with a model that was believed.
//
//   returns    10
int answer_sat (struct outputs *, int num_vars, const signed char *values);

// Prints the answer.
//
//   status     20 or 0
//   returns    'status'
int answer_other (struct outputs *, int status);

#endif
