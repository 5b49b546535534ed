// Models: checked against the formula, and written as 'v' lines.
//
//   values     one signed byte per variable, index 1 to num_vars: positive
//              true, negative false, zero unassigned
#ifndef CNF_MODEL_H
#define CNF_MODEL_H

#include "base/file.h"
#include "cnf/formula.h"

#include <stdbool.h>
#include <stdint.h>

enum { MODEL_WIDTH = 78 };

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

#endif
