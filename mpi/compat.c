// compat.c - what other solvers call their options.
#include "mpi/compat.h"

#include <string.h>

#define KISSAT "Kissat"
#define CADICAL "CaDiCaL"
#define BOTH "Kissat and CaDiCaL"

static const struct compat rows[] = {
#define MEANS(WHOSE, NAME, OURS) {WHOSE, "--" #NAME, #OURS, NULL},
#define TUNES(WHOSE, NAME) {WHOSE, "--" #NAME, NULL, NULL},
#define SHORT(WHOSE, WORD) {WHOSE, WORD, NULL, NULL},
#define LACKS(WHOSE, WORD, WHY) {WHOSE, WORD, NULL, WHY},
#include "mpi/compat.def"
#undef MEANS
#undef TUNES
#undef SHORT
#undef LACKS
};

const struct compat *compat_find (const char *text, size_t length) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (!strncmp (rows[i].word, text, length) && !rows[i].word[length])
      return rows + i;
  return NULL;
}
