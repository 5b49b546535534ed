// Numbers as groups of 7 bits, low ones first, bit 7 set on all but the last.
// Exactly the zero byte is the number 0, so a zero byte always terminates.
#ifndef PROOF_VARINT_H
#define PROOF_VARINT_H

#include <stdint.h>
#include <stdlib.h>

enum { VARINT_MAX_BYTES = 10, VARINT_MAX_LIT_BYTES = 5 };

static inline uint8_t *varint_put (uint8_t *p, uint64_t number) {
  while (number > 127) {
    *p++ = number | 128;
    number >>= 7;
  }
  *p++ = number;
  return p;
}

// Needs a byte below 128 somewhere ahead, as every terminated line has.
static inline const uint8_t *varint_get (const uint8_t *p, uint64_t *number) {
  uint64_t sum = *p & 127;
  for (unsigned shift = 7; *p++ & 128; shift += 7)
    sum |= (uint64_t)(*p & 127) << (shift & 63);
  *number = sum;
  return p;
}

// Literals as in binary LRAT: 2 * variable + sign.
static inline uint64_t varint_from_lit (int lit) {
  return lit < 0 ? 2 * (uint64_t) - (int64_t)lit + 1 : 2 * (uint64_t)lit;
}

static inline int varint_to_lit (uint64_t code) {
  const int var = (int)(code >> 1);
  return code & 1 ? -var : var;
}

#endif
