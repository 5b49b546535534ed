// The word that somebody meant who wrote another one.
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

enum { NEAREST_BYTES = 32 }; // longer words are near to nothing

struct nearest {
  const char *word; // borrowed; 'length' characters
  size_t length;
  const char *best; // borrowed; null: no candidate was near enough
  unsigned distance;
};

void nearest_init (struct nearest *, const char *word, size_t length);

// Compares with one more candidate, which is kept if it is nearer than all
// before.  Steps are: another character, one more, one less, two neighbours
// exchanged; a third of the word may differ.  A candidate that the word begins
// is near as well.  '-' and '_' are the same.
//
//   source     [Damerau-CACM'64]
void nearest_offer (struct nearest *, const char *candidate);

#endif
