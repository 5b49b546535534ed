// A view: which ranks belong together, and since when.
//
//   id         number and proposer; of two views the one with the larger number
//              is newer, of two with the same number that of the lower proposer
//   members    all ranks but the excluded ones
#ifndef DIST_VIEW_H
#define DIST_VIEW_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

struct view {
  uint32_t number; // 0: none
  int proposer;
  VEC (int) excluded; // ascending
};

void view_fini (struct view *);
void view_copy (struct view *to, const struct view *from);

// True if 'a' is newer than 'b'.
bool view_newer (const struct view *a, const struct view *b);
bool view_same (const struct view *a, const struct view *b); // ids

bool view_has (const struct view *, int rank);

// The smallest member for which 'skip' (null: no rank) is false, or -1.
int view_lowest (const struct view *, int size, const bool *skip);

// As bytes: number, proposer, count, excluded ranks, 4 bytes each.
void view_encode (const struct view *, struct bytes *); // appends

//   returns    bytes read; 0 if they are no view over 'size' ranks
size_t view_decode (struct view *, int size, const uint8_t *data, size_t bytes);

#endif
