// Files of lines that are written forwards and read backwards, in blocks.
//
// A block, all numbers little endian:
//
//    0  u32  "TPB1"
//    4  u32  payload bytes, n
//    8  u32  lines
//   12  u32  0
//   16  u64  id of the first line
//   24  u64  id of the last line
//   32  u64  checksum of the payload
//   40  n    payload: the lines
//  40+n u32  n again
//  44+n u32  "1BPT"
//
// A line is its id, as (id - id before) / step in a varint (0 for the first of
// a block), then its body, then the length of both, a varint whose bytes are
// in reverse order, so that it can be read backwards.  A block holds at most
// 64 KiB unless a single line is longer.
#ifndef PROOF_BLOCK_H
#define PROOF_BLOCK_H

#include "proof/partial.h"
#include "proof/tail.h"

#include <stddef.h>

enum { BLOCK_BYTES = 1 << 16, BLOCK_HEAD_BYTES = 40, BLOCK_END_BYTES = 8 };

struct blocks {
  int fd;
  int64_t step;     // difference of ids divides by it; negative: descending
  uint64_t start;   // where the first block begins
  uint64_t written; // bytes of the file
  uint64_t lines;
  struct tail tail; // head, lines so far, room for its end
  struct {
    uint32_t lines;
    uint64_t last; // id; that of the first line stands in the tail's state
    uint8_t *line; // start of the line under construction
  } out;
  struct {
    uint8_t *data;
    size_t used, capacity; // payload before the current line
    uint32_t lines;        // not yet read of this block
    uint64_t first, id;    // of the next line backwards
    uint64_t offset;       // where the current block starts
  } in;
  struct {
    struct bytes lines; // of an adopted file's tail: behind those in the file
    uint64_t first;     // id
  } left;
};

// Starts after 'start' bytes, which the caller has written to 'fd'.
//
//   name       of a tail that others can read (proof/tail.h), or null
void blocks_init (struct blocks *, int fd, uint64_t start, int64_t step,
                  const uint8_t *name);
void blocks_fini (struct blocks *); // closes fd

// Begins a line.
//
//   body_bytes at most as many follow; behind them is room for VARINT_PADDING
//   returns    where to write the body
uint8_t *blocks_begin (struct blocks *, uint64_t id, size_t body_bytes);
void blocks_end (struct blocks *, uint8_t *body_end);

// Writes what is buffered and gives the writer's memory back.  Called again, it
// goes back to the end.
void blocks_finish (struct blocks *);

// The line before, after blocks_finish; false at the start.
bool blocks_previous (struct blocks *, struct partial_line *);

// Takes over a file that another process wrote; then comes blocks_left.
void blocks_adopt (struct blocks *, int fd, uint64_t start);

// Says what there is of such a file, and goes to its end.  Its lines are those
// up to 'written' bytes, then those of the tail.
//
//   lines      of the tail; takes the memory
//   returns    null, or what is wrong
const char *blocks_left (struct blocks *, int64_t step,
                         const struct tail_state *, struct bytes *lines);

// As blocks_previous, for a file that may be corrupt.
//
//   line       its body is null at the start of the file
//   returns    null, or what is wrong
const char *blocks_step (struct blocks *, struct partial_line *line);

#endif
