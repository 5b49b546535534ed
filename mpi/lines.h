// The lines that tell how the search goes on: one at intervals, under a heading
// that says what the columns are, and one that stays on the terminal.
#ifndef MPI_LINES_H
#define MPI_LINES_H

#include "base/message.h"

#include <stdint.h>

struct report_moment;

struct lines_mark {
  double seconds;
  uint64_t conflicts;
};

struct lines { // all zero before the first one
  unsigned printed;
  struct lines_mark last, before; // the last ones printed
};

void lines_print (struct lines *, const struct report_moment *, double seconds,
                  struct message *out);
void lines_live (const struct lines *, const struct report_moment *,
                 double seconds, struct message *out);

#endif
