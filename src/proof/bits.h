// A bit for every clause id, with bounded resident memory: large sets live in
// an unlinked file that the kernel pages out as it likes.
#ifndef PROOF_BITS_H
#define PROOF_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bits {
  uint64_t *words;
  uint64_t size; // in bits
  size_t mapped_bytes;
};

// All clear.
//
//   dir        for the file; its disk space is allocated at once, since a full
//              disk could only be told by SIGBUS later ('fatal' instead)
void bits_init (struct bits *, uint64_t size, const char *dir);
void bits_fini (struct bits *);

static inline bool bits_get (const struct bits *bits, uint64_t i) {
  return bits->words[i / 64] >> (i % 64) & 1;
}

// Sets a bit; returns what it was.
static inline bool bits_set (struct bits *bits, uint64_t i) {
  uint64_t *word = bits->words + i / 64;
  const uint64_t bit = (uint64_t)1 << (i % 64);
  const bool was = *word & bit;
  *word |= bit;
  return was;
}

static inline void bits_clear (struct bits *bits, uint64_t i) {
  bits->words[i / 64] &= ~((uint64_t)1 << (i % 64));
}

// Set bits.  The compiler's own is a call where the processor's instruction may
// not be used.
static inline unsigned bits_count (uint64_t word) {
  const uint64_t ones = 0x5555555555555555, twos = 0x3333333333333333;
  word -= word >> 1 & ones;
  word = (word & twos) + (word >> 2 & twos);
  word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f;
  return word * 0x0101010101010101 >> 56;
}

// The smallest set bit that is >= i, or bits->size.
uint64_t bits_next (const struct bits *, uint64_t i);

#endif
