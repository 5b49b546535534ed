// variables.c - indices for variables, so that memory follows those that occur.
//
// A proof of 27 bytes may name variable 2^31 - 3.  Numbers up to about the
// formula's size are indices themselves; others get the next ones as they come.
#include "check/internal.h"

void variables_init (struct variables *variables, size_t plain) {
  const size_t most = (size_t)1 << 31;
  variables->plain_lits = 2 * (plain < most ? plain : most - 1);
  variables->num_lits = variables->plain_lits;
  hash_map_blind (&variables->index);
}

void variables_fini (struct variables *variables) {
  hash_map_fini (&variables->index);
}

uint32_t variables_index (struct variables *variables, uint32_t lit) {
  bool added;
  uint64_t *index = hash_map_insert (&variables->index, lit >> 1, &added);
  if (added) {
    *index = variables->num_lits;
    variables->num_lits += 2;
  }
  return *index + (lit & 1);
}
