// lrat.c - LRAT output through a large buffer.
#include "proof/lrat.h"

#include "base/memory.h"
#include "base/varint.h"

#include <string.h>

enum { MAX_NUMBER_BYTES = 24 };

struct lrat *lrat_new (struct file_out *file, bool text) {
  struct lrat *lrat = mem_alloc (sizeof *lrat);
  lrat->file = file;
  lrat->text = text;
  lrat->used = lrat->flushed = 0;
  return lrat;
}

void lrat_flush (struct lrat *lrat) {
  file_out_write (lrat->file, lrat->buffer, lrat->used); // error is sticky
  lrat->flushed += lrat->used;
  lrat->used = 0;
}

void lrat_free (struct lrat *lrat) {
  mem_free (lrat);
}

uint64_t lrat_bytes (const struct lrat *lrat) {
  return lrat->flushed + lrat->used;
}

// Room for a number and what surrounds it.
static uint8_t *room (struct lrat *lrat) {
  if (lrat->used + MAX_NUMBER_BYTES > LRAT_BUFFER_BYTES)
    lrat_flush (lrat);
  return lrat->buffer + lrat->used;
}

static void put_byte (struct lrat *lrat, uint8_t byte) {
  *room (lrat) = byte;
  lrat->used++;
}

static void put_varint (struct lrat *lrat, uint64_t number) {
  lrat->used = varint_put_padded (room (lrat), number) - lrat->buffer;
}

static void put_bytes (struct lrat *lrat, const uint8_t *bytes, size_t n) {
  while (n) {
    const size_t left = LRAT_BUFFER_BYTES - lrat->used,
                 now = n < left ? n : left;
    memcpy (lrat->buffer + lrat->used, bytes, now);
    lrat->used += now;
    bytes += now;
    if (n -= now)
      lrat_flush (lrat);
  }
}

static void put_decimal (struct lrat *lrat, bool negative, uint64_t number) {
  uint8_t digits[MAX_NUMBER_BYTES], *p = digits + sizeof digits;
  *--p = ' ';
  do
    *--p = '0' + number % 10;
  while (number /= 10);
  if (negative)
    *--p = '-';
  const size_t n = digits + sizeof digits - p;
  memcpy (room (lrat), p, n);
  lrat->used += n;
}

// Numbers of the form 2 * value + sign, and 0 at the end.
static void put_codes (struct lrat *lrat, const uint64_t *codes, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (lrat->text)
      put_decimal (lrat, codes[i] & 1, codes[i] / 2);
    else
      put_varint (lrat, codes[i]);
  put_byte (lrat, lrat->text ? '0' : 0);
  if (lrat->text)
    put_byte (lrat, '\n');
}

void lrat_add (struct lrat *lrat, uint64_t id, const uint8_t *lits,
               size_t bytes, const uint64_t *hints, size_t n) {
  if (lrat->text) {
    put_decimal (lrat, false, id);
    for (uint64_t code; lits = varint_get (lits, &code), code;)
      put_decimal (lrat, code & 1, code / 2);
    put_byte (lrat, '0');
    put_byte (lrat, ' ');
  } else {
    put_byte (lrat, 'a');
    put_varint (lrat, 2 * id);
    put_bytes (lrat, lits, bytes);
  }
  put_codes (lrat, hints, n);
}

void lrat_delete (struct lrat *lrat, uint64_t after, const uint64_t *ids,
                  size_t n) {
  if (lrat->text)
    put_decimal (lrat, false, after);
  put_byte (lrat, 'd');
  if (lrat->text)
    put_byte (lrat, ' ');
  put_codes (lrat, ids, n);
}
