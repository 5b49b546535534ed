// bits.c - bit sets in memory that may be a file.
#include "proof/bits.h"

#include "proof/temp.h"

#include <assert.h>
#include <string.h>

static size_t bytes_of (uint64_t size) {
  return 8 * (size / 64 + 1);
}

void bits_init (struct bits *bits, uint64_t size, const char *dir) {
  bits->size = size;
  bits->words = temp_map (dir, bytes_of (size));
}

void bits_fini (struct bits *bits) {
  if (bits->words)
    temp_unmap (bits->words, bytes_of (bits->size));
  memset (bits, 0, sizeof *bits);
}

uint64_t bits_next (const struct bits *bits, uint64_t i) {
  if (i >= bits->size)
    return bits->size;
  const uint64_t end = bits->size / 64;
  uint64_t w = i / 64, word = bits->words[w] & ~(uint64_t)0 << (i % 64);
  while (!word) {
    if (w++ == end)
      return bits->size;
    word = bits->words[w];
  }
  const uint64_t next = 64 * w + __builtin_ctzll (word);
  assert (i <= next && next < bits->size);
  return next;
}
