// Any bytes as formula and proof: no crash, no hang, and nothing verified that
// has a model.
//
//   input      a byte of options, two bytes with the formula's length, the
//              formula, the proof
#include "check/check.h"
#include "../read_cnf.h"

#include <stdlib.h>

enum { MAX_VARS = 10, MAX_VAR_CHECKED = 1 << 16 };

static bool satisfies (unsigned assignment, const int *lits, size_t size) {
  for (size_t i = 0; i < size; i++)
    if ((assignment >> (abs (lits[i]) - 1) & 1) == (lits[i] > 0))
      return true;
  return false;
}

static bool is_model (const struct formula *formula, unsigned assignment) {
  struct formula_cursor cursor = {0};
  const int *lits;
  size_t size;
  while (formula_next (formula, &cursor, &lits, &size))
    if (!satisfies (assignment, lits, size)) {
      formula_leave (&cursor);
      return false;
    }
  return true;
}

// The solver's own parser reads the formula, so the two parsers are compared
// as well.
static void demand_unsatisfiable (const struct check_config *config) {
  struct formula formula = {0};
  char error[CNF_ERROR_BYTES];
  const struct cnf_options options = {.relaxed = config->relaxed,
                                      .buffer_bytes = 1 << 12,
                                      .chunk_ints = 1 << 10};
  if (read_cnf (config->formula.data, config->formula.bytes, &options, &formula,
                error) &&
      formula.num_vars <= MAX_VARS)
    for (unsigned i = 0; i < 1u << formula.num_vars; i++)
      if (is_model (&formula, i))
        abort ();
  formula_fini (&formula);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size) {
  if (size < 3)
    return 0;
  size_t length = data[1] | (size_t)data[2] << 8;
  if (length > size - 3)
    length = size - 3;
  const struct check_config config = {
      .formula = {"formula", data + 3, length},
      .proof = {"proof", data + 3 + length, size - 3 - length},
      .relaxed = data[0] & 1,
      .max_var = MAX_VAR_CHECKED};
  struct check_result result;
  if (check_refutation (&config, &result))
    demand_unsatisfiable (&config);
  else if (!*result.message)
    abort ();
  return 0;
}
