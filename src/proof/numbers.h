// New numbers for the members of a set of ids, 0, 1, ... in their order, and
// which of them are live: all that writing a hint asks for, in one cache line.
#ifndef PROOF_NUMBERS_H
#define PROOF_NUMBERS_H

#include "proof/bits.h"

#include <assert.h>

struct numbers {
  struct numbers_block {
    uint32_t members, live; // one bit each
    uint64_t below;         // members in the blocks before
  } * blocks;
  size_t bytes;
};

// No member is live.
//
//   dir        for temporary files
void numbers_init (struct numbers *, const struct bits *members,
                   const char *dir);
void numbers_fini (struct numbers *);

static inline void numbers_live (struct numbers *numbers, uint64_t i) {
  assert (i / 32 < numbers->bytes / sizeof *numbers->blocks);
  numbers->blocks[i / 32].live |= (uint32_t)1 << i % 32;
}

static inline void numbers_die (struct numbers *numbers, uint64_t i) {
  assert (i / 32 < numbers->bytes / sizeof *numbers->blocks);
  numbers->blocks[i / 32].live &= ~((uint32_t)1 << i % 32);
}

static inline bool numbers_is_live (const struct numbers *numbers, uint64_t i) {
  assert (i / 32 < numbers->bytes / sizeof *numbers->blocks);
  return numbers->blocks[i / 32].live >> i % 32 & 1;
}

// The compiler's own is a call where the processor's instruction may not be
// used.
static inline unsigned numbers_count (uint32_t word) {
  word -= word >> 1 & 0x55555555;
  word = (word & 0x33333333) + (word >> 2 & 0x33333333);
  word = (word + (word >> 4)) & 0x0f0f0f0f;
  return word * 0x01010101 >> 24;
}

// How many members are below i.
static inline uint64_t numbers_get (const struct numbers *numbers, uint64_t i) {
  assert (i / 32 < numbers->bytes / sizeof *numbers->blocks);
  const struct numbers_block *block = numbers->blocks + i / 32;
  return block->below +
         numbers_count (block->members & (((uint32_t)1 << i % 32) - 1));
}

#endif
