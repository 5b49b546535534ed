// The partial proof of one engine: every clause it derived, in a binary file
// that is written forwards and, once the formula is refuted, read backwards.
//
//   format     docs/proof.md, "Partial files"
//   life       the file is unlinked right after it was opened, so nothing is
//              left behind however the process ends
#ifndef PROOF_PARTIAL_H
#define PROOF_PARTIAL_H

#include "proof/proof.h"

#include <stdbool.h>
#include <stddef.h>

struct partial;

// Opens an empty file.
//
//   dir        an existing folder with room, node-local if possible
//   lane       l of 'stride' = L lanes: ids are congruent l modulo L
//   originals  m; ids 1..m are the formula's clauses
//   returns    owned; 'fatal' if the file cannot be made
struct partial *partial_new (const char *dir, uint64_t lane, uint64_t stride,
                             uint64_t originals);
void partial_free (struct partial *);

// The engine's end.  'add' appends one line and calls 'fatal' on a full disk.
struct proof_sink partial_sink (struct partial *);

// Writes what is still buffered; to be called before reading.
//
//   context    after the engine has stopped
void partial_finish (struct partial *);

uint64_t partial_lane (const struct partial *);
uint64_t partial_lines (const struct partial *);
uint64_t partial_bytes (const struct partial *); // of the file, so far

// One line as stored: literals and hints stay encoded (docs/proof.md, "Lines").
struct partial_line {
  uint64_t id;
  const uint8_t *body; // literals, 0, hints as 'id - hint', 0
  size_t bytes;        // both terminators included
};

// A body that starts with this byte, the code of no literal, is a definition:
// its hints are candidates, which it does not need.
enum { PARTIAL_DEFINITION = 1 };

static inline bool partial_defines (const struct partial_line *line) {
  return line->body[0] == PARTIAL_DEFINITION;
}

// Walks backwards: each call gives the line before.  A file that is not as it
// was written ends in 'fatal'.
//
//   line       its body is valid until the next call, and VARINT_PADDING bytes
//              behind it can be read
//   returns    false at the start of the file
bool partial_previous (struct partial *, struct partial_line *line);

#endif
