// Streams of the lines that pruning kept: from files, over the wire, merged.
//
// A stream is a sequence of bytes that may be cut anywhere: for each line
//
//   varint     id of the line before - id; for the first line 2^63 - id
//   body       as in partial files: literals (PARTIAL_DEFINITION before those
//              of a definition), 0, hints as 'id - hint', 0
//
// in order of descending ids, and at its end the varint 0.
#ifndef PROOF_KEPT_H
#define PROOF_KEPT_H

#include "base/bytes.h"
#include "proof/partial.h"

#define KEPT_FIRST ((uint64_t)1 << 63)

// What takes lines in descending order of ids.
//
//   uses       the line's hints, n of them, each 2 * (id - hint), plus 1 if
//              no later line of all lanes has it; null: not known.  Candidates
//              of a definition are no uses and have no 1.
struct kept_sink {
  void *state;
  void (*line) (void *state, const struct partial_line *line,
                const uint64_t *uses, size_t n);
};

struct kept_output {
  struct bytes bytes; // the owner takes them out and clears the size
  uint64_t previous;
};

void kept_output_init (struct kept_output *);
void kept_output_fini (struct kept_output *);
void kept_put (struct kept_output *, const struct partial_line *);
void kept_put_end (struct kept_output *);

// One incoming stream: a queue of bytes and the line at its front.
struct kept_input {
  struct bytes bytes;
  size_t position; // of the current line, or of what is not read yet
  size_t current;  // bytes of the current line; 0 for none
  bool ended;
  uint64_t previous;
  uint64_t pushed, popped; // bytes so far
  struct partial_line line;
};

enum kept_status { KEPT_LINE, KEPT_WAIT, KEPT_END };

void kept_input_init (struct kept_input *);
void kept_input_fini (struct kept_input *);
void kept_push (struct kept_input *, const void *data, size_t bytes);

// Looks for the line with the largest id at the fronts of all inputs; 'fatal'
// on bytes that are no stream.
//
//   inputs     n of them
//   chosen     set to the index of the line's input for KEPT_LINE, or of one
//              that needs bytes for KEPT_WAIT
//   KEPT_LINE  the input's 'line' is valid until kept_push or kept_pop
enum kept_status kept_merge (struct kept_input *const *inputs, unsigned n,
                             unsigned *chosen);
void kept_pop (struct kept_input *); // the input of a line that was found

// A stream in a temporary file: written by its sink, then read in pieces.
struct kept_file;

struct kept_file *kept_file_new (const char *dir);
void kept_file_free (struct kept_file *);
struct kept_sink kept_file_sink (struct kept_file *);
void kept_file_finish (struct kept_file *);                    // end of writing
bool kept_file_read (struct kept_file *, struct kept_input *); // pushes a piece

// Checks that a body is two terminated sequences and returns the hints.
const uint8_t *kept_hints (const struct partial_line *);

#endif
