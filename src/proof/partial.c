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
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Both files begin with the same head, up to the magic.
enum { FILE_HEAD_BYTES = TAIL_NAME_BYTES, FILE_VERSION = 1, MAGIC_BYTES = 8 };

#define LIT_CODES ((uint64_t)1 << 32) // varint_from_lit is below

static const char MAIN[MAGIC_BYTES] = "TUTTIPP", TAIL[MAGIC_BYTES] = "TUTTIPT";

struct partial {
  struct blocks blocks;
  uint64_t lane, stride, originals, last_id;
};

static void make_head (const struct partial *partial, const char *magic,
                       uint8_t *head) {
  memcpy (head, magic, MAGIC_BYTES);
  bytes_store (head + 8, 4, FILE_VERSION);
  bytes_store (head + 12, 4, FILE_HEAD_BYTES);
  bytes_store (head + 16, 8, partial->lane);
  bytes_store (head + 24, 8, partial->stride);
  bytes_store (head + 32, 8, partial->originals);
}

struct partial *partial_new (const char *dir, uint64_t lane, uint64_t stride,
                             uint64_t originals) {
  uint8_t head[FILE_HEAD_BYTES], name[TAIL_NAME_BYTES];
  struct partial *partial = mem_calloc (1, sizeof *partial);
  assert (lane < stride);
  const int fd = temp_open (dir);
  partial->lane = lane;
  partial->stride = stride;
  partial->originals = originals;
  make_head (partial, MAIN, head);
  make_head (partial, TAIL, name);
  temp_write (fd, head, sizeof head);
  blocks_init (&partial->blocks, fd, FILE_HEAD_BYTES, stride, name);
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

/*------------------------------------------------------------------------*/
// Taken over by another process.

static bool find_file (int fd, struct partial_file *file) {
  struct stat status;
  if (fd < 0 || fstat (fd, &status))
    return false;
  *file = (struct partial_file){fd, status.st_dev, status.st_ino};
  return true;
}

bool partial_address (const struct partial *partial,
                      struct partial_address *address) {
  address->lane = partial->lane;
  address->process = getpid ();
  return find_file (partial->blocks.fd, &address->main) &&
         find_file (partial->blocks.tail.fd, &address->tail);
}

static const char *read_heads (struct partial *partial, int main_fd,
                               int tail_fd) {
  uint8_t head[FILE_HEAD_BYTES], name[TAIL_NAME_BYTES], good[FILE_HEAD_BYTES];
  if (!temp_try_read (main_fd, head, sizeof head, 0) ||
      !temp_try_read (tail_fd, name, sizeof name, 0))
    return "no head";
  partial->lane = bytes_load (head + 16, 8);
  partial->stride = bytes_load (head + 24, 8);
  partial->originals = bytes_load (head + 32, 8);
  make_head (partial, MAIN, good);
  if (memcmp (head, good, sizeof head) || partial->lane >= partial->stride)
    return "bad head";
  make_head (partial, TAIL, good);
  return memcmp (name, good, sizeof name) ? "the end of another one" : NULL;
}

// Passes over numbers below 'limit' and the 0 behind them; null if that is not
// what stands there.
static const uint8_t *pass (const uint8_t *p, const uint8_t *end,
                            uint64_t limit) {
  uint64_t number = 1;
  while (p && number) {
    p = varint_get_checked (p, end, &number);
    if (p && number >= limit)
      return NULL;
  }
  return p;
}

// Says whether its owner can have written that line.
static bool is_sound (const struct partial *partial,
                      const struct partial_line *line) {
  const uint8_t *end = line->body + line->bytes;
  const uint8_t *hints = pass (line->body, end, LIT_CODES);
  return hints && pass (hints, end, line->id) == end &&
         line->id > partial->originals &&
         line->id % partial->stride == partial->lane;
}

static const char *verify (struct partial *partial) {
  struct partial_line line;
  uint64_t limit = UINT64_MAX;
  for (;;) {
    const char *what = blocks_step (&partial->blocks, &line);
    if (what || !line.body)
      return what;
    if (line.id >= limit || !is_sound (partial, &line))
      return "a line that is none";
    limit = line.id;
    partial->blocks.lines++;
  }
}

static const char *adopt (struct partial *partial, int main_fd, int tail_fd) {
  struct tail_state state;
  struct bytes lines = {0};
  blocks_adopt (&partial->blocks, main_fd, FILE_HEAD_BYTES);
  const char *what = read_heads (partial, main_fd, tail_fd);
  if (!what)
    what = tail_read (tail_fd, &state, &lines);
  if (!what)
    what = blocks_left (&partial->blocks, partial->stride, &state, &lines);
  if (!what)
    what = verify (partial);
  if (!what)
    blocks_finish (&partial->blocks);
  vec_fini (&lines);
  return what;
}

struct partial *partial_adopt (int main_fd, int tail_fd, char *error) {
  struct partial *partial = mem_calloc (1, sizeof *partial);
  const char *what = adopt (partial, main_fd, tail_fd);
  close (tail_fd);
  if (!what)
    return partial;
  snprintf (error, PARTIAL_ERROR_BYTES, "%s near byte %" PRIu64, what,
            partial->blocks.in.offset);
  partial_free (partial);
  return NULL;
}
