// A bit for every clause id, with bounded resident memory (proof/temp.h).
#ifndef PROOF_BITS_H
#define PROOF_BITS_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bits {
  uint64_t *words;
  uint64_t size; // in bits
};

// All clear.
//
//   dir        for temporary files
void bits_init (struct bits *, uint64_t size, const char *dir);
void bits_fini (struct bits *);

static inline bool bits_get (const struct bits *bits, uint64_t i) {
  assert (i < bits->size);
  return bits->words[i / 64] >> (i % 64) & 1;
}

// Sets a bit; returns what it was.
static inline bool bits_set (struct bits *bits, uint64_t i) {
  assert (i < bits->size);
  uint64_t *word = bits->words + i / 64;
  const uint64_t bit = (uint64_t)1 << (i % 64);
  const bool was = *word & bit;
  *word |= bit;
  return was;
}

// The smallest set bit that is >= i, or bits->size.
uint64_t bits_next (const struct bits *, uint64_t i);

#endif
