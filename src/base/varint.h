// Numbers as groups of 7 bits, low ones first, bit 7 set on all but the last.
// Exactly the zero byte is the number 0, so a zero byte always terminates.
//
// The functions named 'padded' take numbers below 2^28 as one word, without a
// branch for each byte: they read or write up to VARINT_PADDING bytes behind
// the number, which must be there.
#ifndef BASE_VARINT_H
#define BASE_VARINT_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { VARINT_MAX_BYTES = 10, VARINT_MAX_LIT_BYTES = 5, VARINT_PADDING = 3 };

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

// As 'varint_get' for bytes that a stranger may have sent.
//
//   returns    what follows; null if there is no whole number before 'end', it
//              exceeds 64 bits, or it has more bytes than needed
static inline const uint8_t *
varint_get_checked (const uint8_t *p, const uint8_t *end, uint64_t *number) {
  if (p != end && *p < 128) {
    *number = *p;
    return p + 1;
  }
  uint64_t sum = 0;
  for (unsigned shift = 0; p != end && shift < 64; shift += 7) {
    const uint64_t byte = *p++;
    if (shift == 63 && byte > 1)
      return NULL;
    sum |= (byte & 127) << shift;
    if (byte >= 128)
      continue;
    *number = sum;
    return byte ? p : NULL;
  }
  return NULL;
}

// Little endian in memory.
static inline uint32_t varint_word (uint32_t word) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap32 (word);
#endif
  return word;
}

static inline uint8_t *varint_put_padded (uint8_t *p, uint64_t number) {
  if (number >> 28)
    return varint_put (p, number);
  // The top bit's index by 7.
  const unsigned last = (31 - __builtin_clz ((uint32_t)number | 1)) * 37 >> 8;
  uint32_t word = number;
  word = (word & 0x00003fff) | (word & 0x0fffc000) << 2;
  word = (word & 0x007f007f) | (word & 0x3f803f80) << 1;
  word |= 0x80808080 & (((uint32_t)1 << 8 * last) - 1);
  word = varint_word (word);
  memcpy (p, &word, sizeof word);
  return p + last + 1;
}

static inline const uint8_t *varint_get_padded (const uint8_t *p,
                                                uint64_t *number) {
  uint32_t word;
  memcpy (&word, p, sizeof word);
  word = varint_word (word);
  const uint32_t stops = ~word & 0x80808080;
  if (!stops)
    return varint_get (p, number);
  const unsigned bits = __builtin_ctz (stops) + 1;
  word &= 0x7f7f7f7f & (stops ^ (stops - 1));
  word = (word & 0x007f007f) | (word & 0x7f007f00) >> 1;
  word = (word & 0x00003fff) | (word & 0x3fff0000) >> 2;
  *number = word;
  return p + bits / 8;
}

// Literals as in binary LRAT: 2 * variable + sign.
static inline uint64_t varint_from_lit (int lit) {
  assert (lit); // 0 terminates
  return lit < 0 ? 2 * (uint64_t) - (int64_t)lit + 1 : 2 * (uint64_t)lit;
}

#endif
