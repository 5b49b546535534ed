// The partial proof of one engine: every clause it derived, in a binary file
// that is written forwards and, once the formula is refuted, read backwards.
//
//   format     docs/proof.md, "Partial files"
//   life       the file has no name, so nothing is left behind however the
//              process ends
//   death      another process of the host that has opened the two files of a
//              partial proof in time finds each line that was added in them
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

// Writes what is still buffered; to be called before reading.  Called again, it
// goes back to the end.
//
//   context    after the engine has stopped
void partial_finish (struct partial *);

uint64_t partial_lane (const struct partial *);
uint64_t partial_lines (const struct partial *);
uint64_t partial_bytes (const struct partial *); // of the file, so far

// Where other processes of the host find the two files, as long as this one
// lives and has not freed them (proof/heir.h).  Eight numbers.
struct partial_file {
  uint64_t fd, device, inode;
};
struct partial_address {
  uint64_t lane, process;
  struct partial_file main, tail;
};

//   returns    false if there is no such place: the end of the proof lies on
//              the heap
bool partial_address (const struct partial *, struct partial_address *);

// Takes over the proof of a process that has died, with all lines that it had
// added.  Reads everything once, writes nothing: more than one may do it, and
// so may one whose turn comes when the first has died too.
//
//   main_fd, tail_fd  takes both, whatever happens; for reading
//   error             PARTIAL_ERROR_BYTES for the reason
//   returns           owned, finished and at its end; null if these are not the
//                     two files of a partial proof, whole and consistent
//   context           any thread; about a second for each GB
struct partial *partial_adopt (int main_fd, int tail_fd, char *error);

enum { PARTIAL_ERROR_BYTES = 128 };

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
