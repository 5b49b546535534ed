// The formula flows from the root to all ranks while it is being read.  Only
// the root sees the file.
//
//   memory     the formula itself, one chunk in the making and one in hand, and
//              at most one window of the wire per child: what is still to be
//              forwarded is read from the formula that this rank keeps anyway
//   format     docs/wire.md, "formula"
#ifndef MPI_STREAM_H
#define MPI_STREAM_H

#include "cnf/formula.h"
#include "cnf/parse.h"
#include "mpi/tree.h"
#include "mpi/wire.h"

#include <stdbool.h>

enum stream_status {
  STREAM_COMPLETE,    // every rank below has been sent the formula
  STREAM_FAILED,      // bad input; the root has the error text
  STREAM_INTERRUPTED, // the root's 'interrupted' said so
};

struct stream_config {
  const char *path;           // root only; "-" for stdin
  const char *failure;        // root only; if not null: why to fail at once
  struct cnf_options options; // root only
  int keep; // root only; gets a copy of what is read (file_in_keep); 0: none
  // Asked again and again, on all ranks; only the root's answer counts.  May
  // be null.
  bool (*interrupted) (void *state);
  void *state;
};

// Reads or receives, and forwards.  Returns when all of it is handed to the
// wire; the status is the same on all ranks.
//
//   formula    empty; on failure it may hold a part
//   error      buffer of CNF_ERROR_BYTES; written at the root on failure
//   context    all ranks; polls the wire meanwhile
enum stream_status stream_formula (struct wire *, const struct tree *,
                                   const struct stream_config *,
                                   struct formula *, char *error);

#endif
