// numbers.c - count the members of a set below each id.
// Idea     sums over blocks beside the blocks' bits
// Source   [Jacobson-FOCS'89]; every block has a sum, so nothing is scanned
// Memory   four bits for each id of the range
#include "proof/numbers.h"

#include "proof/temp.h"

#include <string.h>

void numbers_init (struct numbers *numbers, const struct bits *members,
                   const char *dir) {
  const uint64_t words = members->size / 64 + 1;
  uint64_t sum = 0;
  numbers->bytes = 2 * words * sizeof *numbers->blocks;
  numbers->blocks = temp_map (dir, numbers->bytes);
  for (uint64_t i = 0; i < 2 * words; i++) {
    struct numbers_block *block = numbers->blocks + i;
    block->members = (uint32_t)(members->words[i / 2] >> 32 * (i % 2));
    block->below = sum;
    sum += numbers_count (block->members);
  }
}

void numbers_fini (struct numbers *numbers) {
  if (numbers->blocks)
    temp_unmap (numbers->blocks, numbers->bytes);
  memset (numbers, 0, sizeof *numbers);
}
