// Models: checked against the formula, written as 'v' lines, and read back.
//
//   values     one signed byte per variable, index 1 to num_vars: positive
//              true, negative false, zero unassigned
#ifndef CNF_MODEL_H
#define CNF_MODEL_H

#include "base/file.h"
#include "base/vec.h"
#include "cnf/formula.h"

#include <stdbool.h>
#include <stdint.h>

enum { MODEL_WIDTH = 78, MODEL_MAX_WIDTH = 4096 };

// Looks for a clause that the model does not satisfy.  Variables beyond
// num_vars count as unassigned, and an unassigned literal satisfies nothing.
//
//   returns    0 if all clauses are satisfied, else the number (from 1) of the
//              first one that is not
int64_t model_falsified (const struct formula *formula,
                         const signed char *values, int num_vars);

// Writes 'v' lines of at most 'width' characters with the final zero.  An
// unassigned variable is left out.
//
//   width      at least 14, so that any literal fits behind 'v '
//   returns    false if the file failed
bool model_write (struct file_out *out, const signed char *values, int num_vars,
                  unsigned width);

// The same into a new file, after a line 's SATISFIABLE'.
//
//   error      buffer of FILE_ERROR_BYTES
bool model_save (const char *path, const signed char *values, int num_vars,
                 char *error);

enum model_answer { MODEL_NONE, MODEL_SAT, MODEL_UNSAT, MODEL_UNKNOWN };

struct model {              // all zero is empty
  enum model_answer answer; // from the 's' line
  bool complete;            // the final zero was read
  VEC (signed char) values; // index 0 unused; size is largest variable + 1
};

void model_fini (struct model *model);

// Reads the 's' and 'v' lines of a solver's output; other lines are skipped.
//
//   error      buffer of CNF_ERROR_BYTES; 'FILE:LINE: expected ..., found ...'
//   returns    false on malformed or contradicting lines
bool model_read (struct file_in *in, struct model *model, char *error);

#endif
