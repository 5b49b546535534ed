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
#define TAIL_MAGIC 0x54504231u // "1BPT"

enum { LINE_EXTRA_BYTES = 2 * VARINT_MAX_BYTES };

void blocks_init (struct blocks *blocks, int fd, uint64_t start, int64_t step) {
  assert (fd >= 0 && step);
  memset (blocks, 0, sizeof *blocks);
  blocks->fd = fd;
  blocks->step = step;
  blocks->start = blocks->written = start;
}

void blocks_fini (struct blocks *blocks) {
  close (blocks->fd);
  mem_free (blocks->out.data);
  mem_free (blocks->in.data);
}

static void flush (struct blocks *blocks) {
  if (!blocks->out.lines)
    return;
  uint8_t *head = blocks->out.data, *payload = head + BLOCK_HEAD_BYTES;
  const size_t bytes = blocks->out.used;
  assert (BLOCK_HEAD_BYTES + bytes + BLOCK_TAIL_BYTES <= blocks->out.capacity);
  bytes_store (head, 4, HEAD_MAGIC);
  bytes_store (head + 4, 4, bytes);
  bytes_store (head + 8, 4, blocks->out.lines);
  bytes_store (head + 12, 4, 0);
  bytes_store (head + 16, 8, blocks->out.first);
  bytes_store (head + 24, 8, blocks->out.last);
  bytes_store (head + 32, 8, hash_bytes (payload, bytes, blocks->out.first));
  bytes_store (payload + bytes, 4, bytes);
  bytes_store (payload + bytes + 4, 4, TAIL_MAGIC);
  const size_t all = BLOCK_HEAD_BYTES + bytes + BLOCK_TAIL_BYTES;
  temp_write (blocks->fd, head, all);
  blocks->written += all;
  blocks->out.used = blocks->out.lines = 0;
}

static void reserve (struct blocks *blocks, size_t bytes) {
  const size_t need = BLOCK_HEAD_BYTES + bytes + BLOCK_TAIL_BYTES;
  if (bytes > UINT32_MAX)
    fatal ("proof line of %zu bytes is too long", bytes);
  if (blocks->out.capacity >= need)
    return;
  blocks->out.data = mem_realloc (blocks->out.data, need);
  blocks->out.capacity = need;
}

uint8_t *blocks_begin (struct blocks *blocks, uint64_t id, size_t body_bytes) {
  const size_t most = body_bytes + LINE_EXTRA_BYTES;
  assert (!blocks->in.offset); // not finished
  if (blocks->out.used + most > BLOCK_BYTES)
    flush (blocks);
  reserve (blocks, most > BLOCK_BYTES ? most : BLOCK_BYTES);
  uint64_t delta = 0;
  if (!blocks->out.lines)
    blocks->out.first = id;
  else if (blocks->step < 0)
    delta = (blocks->out.last - id) / -blocks->step;
  else
    delta = (id - blocks->out.last) / blocks->step;
  assert (!blocks->out.lines ||
          (delta && blocks->out.last + delta * (uint64_t)blocks->step == id));
  blocks->out.last = id;
  blocks->out.line = blocks->out.data + BLOCK_HEAD_BYTES + blocks->out.used;
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
  blocks->out.used = end - (blocks->out.data + BLOCK_HEAD_BYTES);
  assert (BLOCK_HEAD_BYTES + blocks->out.used + BLOCK_TAIL_BYTES <=
          blocks->out.capacity);
  blocks->out.lines++;
  blocks->lines++;
}

void blocks_finish (struct blocks *blocks) {
  flush (blocks);
  mem_free (blocks->out.data);
  blocks->out.data = NULL;
  blocks->out.capacity = 0;
  blocks->in.offset = blocks->written;
}

_Noreturn static void corrupt (const struct blocks *blocks, const char *what) {
  fatal ("partial proof is corrupt near byte %" PRIu64 ": %s",
         blocks->in.offset, what);
}

// Loads the block that ends where the current one starts.
static void load (struct blocks *blocks) {
  uint8_t tail[BLOCK_TAIL_BYTES], head[BLOCK_HEAD_BYTES];
  const uint64_t end = blocks->in.offset, room = end - blocks->start;
  if (room < BLOCK_HEAD_BYTES + BLOCK_TAIL_BYTES)
    corrupt (blocks, "no room for a block");
  temp_read (blocks->fd, tail, sizeof tail, end - sizeof tail);
  const uint64_t bytes = bytes_load (tail, 4);
  if (bytes_load (tail + 4, 4) != TAIL_MAGIC ||
      bytes > room - BLOCK_HEAD_BYTES - BLOCK_TAIL_BYTES)
    corrupt (blocks, "bad tail");
  if (blocks->in.capacity < bytes) {
    mem_free (blocks->in.data);
    blocks->in.data = mem_alloc (bytes + VARINT_PADDING);
    blocks->in.capacity = bytes;
  }
  const uint64_t offset = end - bytes - BLOCK_HEAD_BYTES - BLOCK_TAIL_BYTES;
  temp_read (blocks->fd, head, sizeof head, offset);
  temp_read (blocks->fd, blocks->in.data, bytes, offset + BLOCK_HEAD_BYTES);
  blocks->in.used = bytes;
  blocks->in.lines = bytes_load (head + 8, 4);
  blocks->in.first = bytes_load (head + 16, 8);
  blocks->in.id = bytes_load (head + 24, 8);
  if (bytes_load (head, 4) != HEAD_MAGIC || bytes_load (head + 4, 4) != bytes ||
      bytes_load (head + 32, 8) !=
          hash_bytes (blocks->in.data, bytes, blocks->in.first))
    corrupt (blocks, "bad checksum");
  blocks->in.offset = offset;
}

// Reads and drops the length at the end of the payload.
static size_t get_backwards (struct blocks *blocks) {
  size_t number = 0;
  for (unsigned shift = 0; blocks->in.used && shift < 63; shift += 7) {
    const uint8_t byte = blocks->in.data[--blocks->in.used];
    number |= (size_t)(byte & 127) << shift;
    if (!(byte & 128))
      return number;
  }
  corrupt (blocks, "bad length of a line");
}

bool blocks_previous (struct blocks *blocks, struct partial_line *line) {
  if (!blocks->in.lines) {
    if (blocks->in.offset == blocks->start)
      return false;
    load (blocks);
  }
  assert (!blocks->out.data); // finished
  const size_t bytes = get_backwards (blocks);
  if (bytes > blocks->in.used || !bytes ||
      blocks->in.data[blocks->in.used - 1] & 128)
    corrupt (blocks, "bad line");
  const uint8_t *end = blocks->in.data + blocks->in.used, *begin = end - bytes;
  uint64_t delta;
  line->id = blocks->in.id;
  line->body = varint_get_padded (begin, &delta);
  line->bytes = end - line->body;
  blocks->in.id -= delta * (uint64_t)blocks->step;
  blocks->in.used -= bytes;
  if (!--blocks->in.lines &&
      (blocks->in.used || line->id != blocks->in.first || delta))
    corrupt (blocks, "lines do not add up");
  return true;
}
