// Options of Kissat and CaDiCaL that are not ours, or not in the same way.
#ifndef MPI_COMPAT_H
#define MPI_COMPAT_H

#include <stddef.h>

struct compat {
  const char *whose; // for people
  const char *word;  // with its dashes
  const char *ours;  // row of the same meaning; null: none
  const char *lacks; // what it asks for and we do not do; null: it only tunes
};

// Finds a word as it is typed.
//
//   text       borrowed; 'length' characters, without the value
//   returns    null if neither of them has such an option
const struct compat *compat_find (const char *text, size_t length);

#endif
