// partial.c - the partial proof file of one engine.
// Idea     only ids, literals and hints in as few bytes as cheap coding allows:
//          differences to the line before and to the line itself
// Source   binary LRAT as in [PollittFleuryBiere-SAT'23], hints made relative
// Needs    ids ascending, hints below their line's id
#include "proof/partial.h"

#include "base/bytes.h"
#include "base/fatal.h"
#include "base/memory.h"
#include "base/varint.h"
#include "proof/block.h"
#include "proof/temp.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

enum { FILE_HEAD_BYTES = 40, FILE_VERSION = 1 };

struct partial {
  struct blocks blocks;
  uint64_t lane, stride, originals, last_id;
};

static void write_head (int fd, const struct partial *partial) {
  uint8_t head[FILE_HEAD_BYTES];
  memcpy (head, "TUTTIPP", 8);
  bytes_store (head + 8, 4, FILE_VERSION);
  bytes_store (head + 12, 4, FILE_HEAD_BYTES);
  bytes_store (head + 16, 8, partial->lane);
  bytes_store (head + 24, 8, partial->stride);
  bytes_store (head + 32, 8, partial->originals);
  temp_write (fd, head, sizeof head);
}

struct partial *partial_new (const char *dir, uint64_t lane, uint64_t stride,
                             uint64_t originals) {
  struct partial *partial = mem_calloc (1, sizeof *partial);
  assert (lane < stride);
  const int fd = temp_open (dir);
  partial->lane = lane;
  partial->stride = stride;
  partial->originals = originals;
  write_head (fd, partial);
  blocks_init (&partial->blocks, fd, FILE_HEAD_BYTES, stride);
  return partial;
}

void partial_free (struct partial *partial) {
  if (!partial)
    return;
  blocks_fini (&partial->blocks);
  mem_free (partial);
}

static void write_line (struct partial *partial, bool definition, uint64_t id,
                        const int *lits, unsigned n, const uint64_t *hints,
                        unsigned num_hints) {
  assert (id > partial->last_id && id % partial->stride == partial->lane);
  const size_t most = (size_t)VARINT_MAX_LIT_BYTES * n +
                      (size_t)VARINT_MAX_BYTES * num_hints + 3;
  uint8_t *p = blocks_begin (&partial->blocks, id, most);
  if (definition)
    *p++ = PARTIAL_DEFINITION;
  for (unsigned i = 0; i < n; i++)
    p = varint_put_padded (p, varint_from_lit (lits[i]));
  *p++ = 0;
  for (unsigned i = 0; i < num_hints; i++) {
    assert (hints[i] && hints[i] < id);
    p = varint_put_padded (p, id - hints[i]);
  }
  *p++ = 0;
  blocks_end (&partial->blocks, p);
  partial->last_id = id;
}

static void add (void *state, uint64_t id, const int *lits, unsigned n,
                 const uint64_t *hints, unsigned num_hints) {
  write_line (state, false, id, lits, n, hints, num_hints);
}

static void define (void *state, uint64_t id, const int *lits, unsigned n,
                    const uint64_t *candidates, unsigned num_candidates) {
  assert (n);
  write_line (state, true, id, lits, n, candidates, num_candidates);
}

struct proof_sink partial_sink (struct partial *partial) {
  return (struct proof_sink){.state = partial, .add = add, .define = define};
}

void partial_finish (struct partial *partial) {
  blocks_finish (&partial->blocks);
}

uint64_t partial_lane (const struct partial *partial) {
  return partial->lane;
}

uint64_t partial_lines (const struct partial *partial) {
  return partial->blocks.lines;
}

uint64_t partial_bytes (const struct partial *partial) {
  return partial->blocks.written;
}

bool partial_previous (struct partial *partial, struct partial_line *line) {
  if (!blocks_previous (&partial->blocks, line))
    return false;
  if (line->id % partial->stride != partial->lane)
    fatal ("partial proof of lane %" PRIu64 " holds id %" PRIu64, partial->lane,
           line->id);
  return true;
}
