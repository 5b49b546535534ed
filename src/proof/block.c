// block.c - append lines in checksummed blocks, walk them backwards.
#include "proof/block.h"

#include "base/bytes.h"
#include "base/fatal.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/varint.h"
#include "proof/temp.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define HEAD_MAGIC 0x31425054u // "TPB1"
#define END_MAGIC 0x54504231u  // "1BPT"

enum { LINE_EXTRA_BYTES = 2 * VARINT_MAX_BYTES };

static size_t room_for (size_t payload) {
  return BLOCK_HEAD_BYTES + payload + BLOCK_END_BYTES;
}

static void init (struct blocks *blocks, int fd, uint64_t start) {
  assert (fd >= 0);
  memset (blocks, 0, sizeof *blocks);
  blocks->fd = fd;
  blocks->start = blocks->written = start;
}

void blocks_init (struct blocks *blocks, int fd, uint64_t start, int64_t step,
                  const uint8_t *name) {
  assert (step);
  init (blocks, fd, start);
  blocks->step = step;
  tail_init (&blocks->tail, name, start, room_for (BLOCK_BYTES));
}

void blocks_fini (struct blocks *blocks) {
  close (blocks->fd);
  tail_fini (&blocks->tail);
  vec_fini (&blocks->left.lines);
  mem_free (blocks->in.data);
}

static void flush (struct blocks *blocks) {
  if (!blocks->out.lines)
    return;
  uint8_t *head = blocks->tail.block, *payload = head + BLOCK_HEAD_BYTES;
  const size_t bytes = tail_used (&blocks->tail), all = room_for (bytes);
  const uint64_t first = blocks->tail.state->first;
  assert (all <= blocks->tail.capacity);
  bytes_store (head, 4, HEAD_MAGIC);
  bytes_store (head + 4, 4, bytes);
  bytes_store (head + 8, 4, blocks->out.lines);
  bytes_store (head + 12, 4, 0);
  bytes_store (head + 16, 8, first);
  bytes_store (head + 24, 8, blocks->out.last);
  bytes_store (head + 32, 8, hash_bytes (payload, bytes, first));
  bytes_store (payload + bytes, 4, bytes);
  bytes_store (payload + bytes + 4, 4, END_MAGIC);
  temp_write (blocks->fd, head, all);
  blocks->written += all;
  blocks->out.lines = 0;
  tail_flushed (&blocks->tail, blocks->written);
}

static void reserve (struct blocks *blocks, size_t bytes) {
  if (bytes > UINT32_MAX)
    fatal ("proof line of %zu bytes is too long", bytes);
  tail_reserve (&blocks->tail, room_for (bytes));
}

uint8_t *blocks_begin (struct blocks *blocks, uint64_t id, size_t body_bytes) {
  const size_t most = body_bytes + LINE_EXTRA_BYTES;
  assert (!blocks->in.offset); // not finished
  if (tail_used (&blocks->tail) + most > BLOCK_BYTES) {
    flush (blocks);
    reserve (blocks, most);
  }
  uint64_t delta = 0;
  if (!blocks->out.lines)
    blocks->tail.state->first = id;
  else if (blocks->step < 0)
    delta = (blocks->out.last - id) / -blocks->step;
  else
    delta = (id - blocks->out.last) / blocks->step;
  assert (!blocks->out.lines ||
          (delta && blocks->out.last + delta * (uint64_t)blocks->step == id));
  blocks->out.last = id;
  blocks->out.line =
      blocks->tail.block + BLOCK_HEAD_BYTES + tail_used (&blocks->tail);
  return varint_put (blocks->out.line, delta);
}

// The length's highest group comes first and alone lacks bit 7.
static uint8_t *put_backwards (uint8_t *p, size_t number) {
  unsigned shift = 0;
  while (number >> shift > 127)
    shift += 7;
  *p++ = number >> shift;
  while (shift)
    *p++ = 128 | (number >> (shift -= 7) & 127);
  return p;
}

void blocks_end (struct blocks *blocks, uint8_t *end) {
  end = put_backwards (end, end - blocks->out.line);
  const size_t used = end - (blocks->tail.block + BLOCK_HEAD_BYTES);
  assert (room_for (used) <= blocks->tail.capacity);
  tail_extend (&blocks->tail, used);
  blocks->out.lines++;
  blocks->lines++;
}

static void make_room (struct blocks *blocks, size_t bytes) {
  if (blocks->in.data && blocks->in.capacity >= bytes)
    return;
  mem_free (blocks->in.data);
  blocks->in.data = mem_alloc (bytes + VARINT_PADDING);
  blocks->in.capacity = bytes;
}

// Loads the block that ends where the current one starts.  This and all that
// reads returns what is wrong, or null.
static const char *load (struct blocks *blocks) {
  uint8_t foot[BLOCK_END_BYTES], head[BLOCK_HEAD_BYTES];
  const uint64_t end = blocks->in.offset, room = end - blocks->start;
  if (room < room_for (0))
    return "no room for a block";
  if (!temp_try_read (blocks->fd, foot, sizeof foot, end - sizeof foot))
    return "no end of a block";
  const uint64_t bytes = bytes_load (foot, 4);
  if (bytes_load (foot + 4, 4) != END_MAGIC || bytes > room - room_for (0))
    return "bad end of a block";
  const uint64_t offset = end - room_for (bytes);
  make_room (blocks, bytes);
  if (!temp_try_read (blocks->fd, head, sizeof head, offset) ||
      !temp_try_read (blocks->fd, blocks->in.data, bytes,
                      offset + BLOCK_HEAD_BYTES))
    return "a block cannot be read";
  blocks->in.used = bytes;
  blocks->in.lines = bytes_load (head + 8, 4);
  blocks->in.first = bytes_load (head + 16, 8);
  blocks->in.id = bytes_load (head + 24, 8);
  if (bytes_load (head, 4) != HEAD_MAGIC || bytes_load (head + 4, 4) != bytes ||
      bytes_load (head + 12, 4) ||
      bytes_load (head + 32, 8) !=
          hash_bytes (blocks->in.data, bytes, blocks->in.first))
    return "bad checksum";
  blocks->in.offset = offset;
  return blocks->in.lines ? NULL : "no line in a block";
}

// Reads and drops the length at the end of the payload; 0 if there is none.
static size_t get_backwards (struct blocks *blocks) {
  size_t number = 0;
  for (unsigned shift = 0; blocks->in.used && shift < 63; shift += 7) {
    const uint8_t byte = blocks->in.data[--blocks->in.used];
    number |= (size_t)(byte & 127) << shift;
    if (!(byte & 128))
      return number;
  }
  return 0;
}

// Takes the last line off the current block.
//
//   delta      of its id to that of the line before
static const char *take (struct blocks *blocks, struct partial_line *line,
                         uint64_t *delta) {
  const size_t bytes = get_backwards (blocks);
  if (bytes > blocks->in.used || !bytes ||
      blocks->in.data[blocks->in.used - 1] & 128)
    return "bad line";
  const uint8_t *end = blocks->in.data + blocks->in.used;
  line->id = blocks->in.id;
  line->body = varint_get_padded (end - bytes, delta);
  line->bytes = end - line->body;
  blocks->in.id -= *delta * (uint64_t)blocks->step;
  blocks->in.used -= bytes;
  return NULL;
}

const char *blocks_step (struct blocks *blocks, struct partial_line *line) {
  const char *error = NULL;
  uint64_t delta;
  assert (!blocks->tail.state); // finished
  line->body = NULL;
  if (!blocks->in.lines) {
    if (blocks->in.offset == blocks->start)
      return NULL;
    error = load (blocks);
  }
  if (!error)
    error = take (blocks, line, &delta);
  if (error)
    return error;
  if (!--blocks->in.lines &&
      (blocks->in.used || line->id != blocks->in.first || delta))
    return "lines do not add up";
  return NULL;
}

bool blocks_previous (struct blocks *blocks, struct partial_line *line) {
  const char *error = blocks_step (blocks, line);
  if (error)
    fatal ("partial proof is corrupt near byte %" PRIu64 ": %s",
           blocks->in.offset, error);
  return line->body;
}

void blocks_adopt (struct blocks *blocks, int fd, uint64_t start) {
  init (blocks, fd, start);
  blocks->tail.fd = -1;
}

// The number of lines and the last one's id, which a tail does not tell, are
// found by walking backwards with ids from 0.
static const char *measure (struct blocks *blocks, uint64_t first) {
  const size_t used = blocks->in.used;
  const char *error = NULL;
  struct partial_line line;
  uint64_t delta;
  blocks->in.id = 0;
  blocks->in.lines = 0;
  while (!error && blocks->in.used) {
    error = take (blocks, &line, &delta);
    blocks->in.lines++;
  }
  blocks->in.used = used;
  blocks->in.first = first;
  blocks->in.id = first - blocks->in.id;
  return error;
}

static const char *rewind_blocks (struct blocks *blocks) {
  const struct bytes *lines = &blocks->left.lines;
  make_room (blocks, lines->size);
  if (lines->size)
    memcpy (blocks->in.data, lines->data, lines->size);
  blocks->in.used = lines->size;
  blocks->in.offset = blocks->written;
  return measure (blocks, blocks->left.first);
}

void blocks_finish (struct blocks *blocks) {
  flush (blocks);
  tail_finish (&blocks->tail);
  if (rewind_blocks (blocks))
    fatal ("the last block of a partial proof has changed");
}

const char *blocks_left (struct blocks *blocks, int64_t step,
                         const struct tail_state *state, struct bytes *lines) {
  assert (step && !blocks->left.lines.data);
  blocks->step = step;
  blocks->written = state->written;
  blocks->left.first = state->first;
  blocks->left.lines = *lines;
  *lines = (struct bytes){0};
  return blocks->written < blocks->start ? "too short" : rewind_blocks (blocks);
}
