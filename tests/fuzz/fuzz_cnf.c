// Any bytes as a formula: no crash, no hang, and the same result wherever the
// borders of window and chunk fall.
//
//   input      two bytes that choose options, then the text
#include "../read_cnf.h"

#include <stdlib.h>
#include <string.h>

struct reading {
  bool good;
  struct formula formula;
  char error[CNF_ERROR_BYTES];
};

static void read_formula (const uint8_t *data, size_t bytes,
                          const struct cnf_options *options,
                          struct reading *reading) {
  reading->good =
      read_cnf (data, bytes, options, &reading->formula, reading->error);
}

static void demand (bool condition) {
  if (!condition)
    abort ();
}

static void compare_clauses (const struct formula *a, const struct formula *b) {
  struct formula_cursor i = {0}, j = {0};
  const int *lits, *other_lits;
  size_t size, other_size;
  while (formula_next (a, &i, &lits, &size)) {
    demand (formula_next (b, &j, &other_lits, &other_size));
    demand (size == other_size);
    demand (!memcmp (lits, other_lits, size * sizeof *lits));
  }
  demand (!formula_next (b, &j, &other_lits, &other_size));
}

// Of two things wrong, text and compression, the window decides which is seen.
static bool is_damaged (const struct reading *reading) {
  return strstr (reading->error, "expected more text, found corrupt gzip") ||
         strstr (reading->error, "expected more text, found truncated gzip");
}

static void compare (const struct reading *a, const struct reading *b) {
  demand (a->good == b->good);
  if (!a->good && !is_damaged (a) && !is_damaged (b))
    demand (!strcmp (a->error, b->error));
  demand (a->formula.num_vars == b->formula.num_vars);
  demand (a->formula.num_clauses == b->formula.num_clauses);
  demand (a->formula.num_literals == b->formula.num_literals);
  compare_clauses (&a->formula, &b->formula);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t bytes) {
  if (bytes < 2)
    return 0;
  const struct cnf_options plain = {
      .relaxed = data[0] & 1, .buffer_bytes = 1 << 14, .chunk_ints = 1 << 12};
  const struct cnf_options tight = {.relaxed = plain.relaxed,
                                    .buffer_bytes = 64 + (data[0] >> 1) % 32,
                                    .chunk_ints = 1 + data[1] % 64};
  struct reading *a = mem_calloc (1, sizeof *a), *b = mem_calloc (1, sizeof *b);
  read_formula (data + 2, bytes - 2, &plain, a);
  read_formula (data + 2, bytes - 2, &tight, b);
  compare (a, b);
  formula_fini (&a->formula);
  formula_fini (&b->formula);
  mem_free (a);
  mem_free (b);
  return 0;
}
