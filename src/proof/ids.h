// Ascending lists of clause ids as bytes: what processes ask each other for.
//
//   format     the number of ids, the first id, then differences; varints
#ifndef PROOF_IDS_H
#define PROOF_IDS_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

struct ids { // growable; ascending, no id twice
  uint64_t *data;
  size_t size, capacity;
};

void ids_encode (const struct ids *, struct bytes *); // appends

// Replaces the list by what the bytes say.
//
//   returns    bytes read; 0 if they are no list
size_t ids_decode (struct ids *, const uint8_t *data, size_t bytes);

// Adds all of another list.
//
//   spare      scratch memory; contents lost
void ids_unite (struct ids *, const struct ids *other, struct ids *spare);

#endif
