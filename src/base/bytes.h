// Growable byte buffers, and little endian numbers in memory.
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include "base/vec.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes { // all zero is empty; for the macros of base/vec.h
  uint8_t *data;
  size_t size, capacity;
};

//   data       borrowed; may be null if n is 0
static inline void bytes_append (struct bytes *bytes, const void *data,
                                 size_t n) {
  assert (data || !n);
  vec_reserve (bytes, bytes->size + n);
  if (n)
    memcpy (bytes->data + bytes->size, data, n);
  bytes->size += n;
}

// Makes a copy of 'data' the contents.
static inline void bytes_set (struct bytes *bytes, const void *data, size_t n) {
  vec_clear (bytes);
  bytes_append (bytes, data, n);
}

// Writes a number into n <= 8 bytes, the lowest first.
static inline void bytes_store (uint8_t *p, unsigned n, uint64_t number) {
  assert (n <= 8);
  for (unsigned i = 0; i < n; i++)
    p[i] = number >> (8 * i);
}

static inline uint64_t bytes_load (const uint8_t *p, unsigned n) {
  assert (n <= 8);
  uint64_t sum = 0;
  for (unsigned i = 0; i < n; i++)
    sum |= (uint64_t)p[i] << (8 * i);
  return sum;
}

#endif
