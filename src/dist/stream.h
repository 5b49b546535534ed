// The formula flows from the root to all ranks while it is being read.  Only
// the root sees the file.
//
//   memory     the formula itself, one chunk in the making and one in hand, and
//              at most one window of the wire per child: what is still to be
//              forwarded is read from the formula that this rank keeps anyway
//   views      when the tree changes each rank tells its new parent how many
//              chunks it has, and gets the rest from there
//   context    the wire's thread; non-blocking, driven by 'stream_step'
//   format     docs/wire.md, "formula"
#ifndef DIST_STREAM_H
#define DIST_STREAM_H

#include "cnf/formula.h"
#include "dist/tree.h"

#include <stdbool.h>

enum stream_status {
  STREAM_OPEN,     // more is to come
  STREAM_COMPLETE, // this rank has all of it; some below may not yet
  STREAM_FAILED,   // bad input, or the rank that read it is gone
};

// What the root's source says when asked for the next chunk.
enum stream_source {
  SOURCE_CHUNK,   // here it is
  SOURCE_WAITING, // not yet
  SOURCE_END,     // there is no more
  SOURCE_FAILED,
};

struct stream;

// Prepares receiving and forwarding.
//
//   formula    borrowed; empty
//   returns    owned
struct stream *stream_new (struct wire *, const struct tree *,
                           struct formula *formula);
void stream_free (struct stream *);

// The root's next chunk, or its end.
//
//   lits, size  SOURCE_CHUNK: borrowed, whole clauses as DIMACS literals with
//               their zeroes
//   num_vars    SOURCE_END: as the header announces
void stream_put (struct stream *, const int *lits, size_t size);
void stream_end (struct stream *, enum stream_status, int num_vars);

// Forwards what there is room for.
//
//   returns    true if anything moved
bool stream_step (struct stream *);

enum stream_status stream_status (const struct stream *);

// The tree is another one.
void stream_restart (struct stream *);

#endif
