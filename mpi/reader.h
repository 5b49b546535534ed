// Reads a formula in a thread of its own, so that neither a slow disk nor a
// pipe that nobody writes to keeps the communicator from its work.
#ifndef MPI_READER_H
#define MPI_READER_H

#include "cnf/parse.h"

struct reader;

enum reader_status {
  READER_CHUNK,   // a chunk was taken
  READER_WAITING, // nothing yet
  READER_END,     // all chunks were taken
  READER_FAILED,  // reader_error says why
};

// Starts reading.
//
//   path       borrowed until reader_free; "-" for stdin
//   keep       gets a copy of what is read (file_in_keep); 0: nobody does
//   returns    owned
struct reader *reader_new (const char *path, const struct cnf_options *options,
                           int keep);

// Takes the next chunk.
//
//   timeout_s  how long to wait for it
//   lits, size as cnf_parser_next: returns owned
enum reader_status reader_take (struct reader *, double timeout_s, int **lits,
                                size_t *size);

int reader_vars (const struct reader *);          // after READER_END
const char *reader_error (const struct reader *); // after READER_FAILED

// Ends the thread; one that hangs in a read call is left behind.
void reader_free (struct reader *);

#endif
